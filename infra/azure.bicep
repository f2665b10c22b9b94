// The bot in Azure: a managed identity that is the bot, a web app that runs it, and the registration. The Postgres is yours.

@minLength(4)
@maxLength(20)
@description('Names of everything below begin with it')
param resourceBaseName string
@maxLength(42)
param botDisplayName string
param location string = resourceGroup().location
@description('A plan that allows Always On')
param webAppSku string = 'B1'

@description('The Entra app for sign-in')
param aadAppClientId string
@secure()
param aadAppClientSecret string
param aadAppTenantId string

@secure()
@description('DATABASE_URL, or a reference to a Key Vault')
param databaseUrl string
@secure()
@description('SECRETS_KEY, or a reference to a Key Vault')
param secretsKey string

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: resourceBaseName
  location: location
}

resource plan 'Microsoft.Web/serverfarms@2022-09-01' = {
  name: resourceBaseName
  location: location
  kind: 'linux'
  sku: {
    name: webAppSku
  }
  properties: {
    reserved: true
  }
}

resource webApp 'Microsoft.Web/sites@2022-09-01' = {
  name: resourceBaseName
  location: location
  kind: 'app,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identity.id
    siteConfig: {
      linuxFxVersion: 'NODE|24-lts'
      appCommandLine: 'node dist/src/index.js'
      alwaysOn: true
      ftpsState: 'Disabled'
      minTlsVersion: '1.2'
      healthCheckPath: '/healthz'
      appSettings: [
        {
          name: 'WEBSITE_RUN_FROM_PACKAGE'
          value: '1'
        }
        {
          name: 'NODE_ENV'
          value: 'production'
        }
        {
          name: 'BOT_TYPE'
          value: 'UserAssignedMSI'
        }
        {
          name: 'BOT_ID'
          value: identity.properties.clientId
        }
        {
          name: 'BOT_TENANT_ID'
          value: identity.properties.tenantId
        }
        {
          name: 'DATABASE_URL'
          value: databaseUrl
        }
        {
          name: 'SECRETS_KEY'
          value: secretsKey
        }
      ]
    }
  }
}

module registration 'botRegistration/azurebot.bicep' = {
  name: 'bot-registration'
  params: {
    botName: resourceBaseName
    botDisplayName: botDisplayName
    messagingEndpoint: 'https://${webApp.properties.defaultHostName}/api/messages'
    botType: 'UserAssignedMSI'
    botId: identity.properties.clientId
    botTenantId: identity.properties.tenantId
    identityResourceId: identity.id
    aadAppClientId: aadAppClientId
    aadAppClientSecret: aadAppClientSecret
    aadAppTenantId: aadAppTenantId
  }
}

// Written to the environment's file; the manifests need them.
output BOT_ID string = identity.properties.clientId
output BOT_TENANT_ID string = identity.properties.tenantId
output BOT_DOMAIN string = webApp.properties.defaultHostName
output BOT_AZURE_APP_SERVICE_RESOURCE_ID string = webApp.id
