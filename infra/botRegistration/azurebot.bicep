// The bot's registration, its Teams channel, and the two OAuth connections through which people sign in.

@description('Name of the registration')
param botName string
@maxLength(42)
param botDisplayName string
@description('https address at which the bot takes activities')
param messagingEndpoint string

@allowed(['UserAssignedMSI', 'SingleTenant'])
param botType string
@description('Client id of the managed identity, or app id of the bot: BOT_ID')
param botId string
param botTenantId string
@description('Resource id of the managed identity; empty with SingleTenant')
param identityResourceId string = ''

@description('The Entra app for sign-in')
param aadAppClientId string
@secure()
param aadAppClientSecret string
param aadAppTenantId string

@description('Names of the connections: ENTRA_OAUTH_CONNECTION and ENTRA_READ_CONNECTION')
param oauthConnection string = 'entra'
param readConnection string = 'entraRead'

// One string in three places: here, in identifierUris of the app for sign-in, and in webApplicationInfo of the app package.
var tokenExchangeUrl = 'api://botid-${botId}'
var signIn = 'openid profile offline_access'
// Entra, version 2.
var entraProvider = '30dd229c-58e3-4a48-bdfd-91ec48eb906c'

var scopes = 'User.Read User.Read.All GroupMember.Read.All Application.Read.All AppRoleAssignment.ReadWrite.All Synchronization.ReadWrite.All AuditLog.Read.All Directory.Read.All'
var readScopes = 'User.Read User.Read.All GroupMember.Read.All Application.Read.All'

resource bot 'Microsoft.BotService/botServices@2022-09-15' = {
  name: botName
  location: 'global'
  kind: 'azurebot'
  sku: {
    name: 'F0'
  }
  properties: {
    displayName: botDisplayName
    endpoint: messagingEndpoint
    msaAppType: botType
    msaAppId: botId
    msaAppTenantId: botTenantId
    msaAppMSIResourceId: empty(identityResourceId) ? null : identityResourceId
  }
}

resource teams 'Microsoft.BotService/botServices/channels@2022-09-15' = {
  parent: bot
  name: 'MsTeamsChannel'
  location: 'global'
  properties: {
    channelName: 'MsTeamsChannel'
  }
}

resource connection 'Microsoft.BotService/botServices/connections@2022-09-15' = {
  parent: bot
  name: oauthConnection
  location: 'global'
  properties: {
    serviceProviderId: entraProvider
    serviceProviderDisplayName: 'Azure Active Directory v2'
    clientId: aadAppClientId
    clientSecret: aadAppClientSecret
    scopes: '${signIn} ${scopes}'
    parameters: [
      {
        key: 'tenantId'
        value: aadAppTenantId
      }
      {
        key: 'tokenExchangeUrl'
        value: tokenExchangeUrl
      }
    ]
  }
}

resource reading 'Microsoft.BotService/botServices/connections@2022-09-15' = {
  parent: bot
  name: readConnection
  location: 'global'
  properties: {
    serviceProviderId: entraProvider
    serviceProviderDisplayName: 'Azure Active Directory v2'
    clientId: aadAppClientId
    clientSecret: aadAppClientSecret
    scopes: '${signIn} ${readScopes}'
    parameters: [
      {
        key: 'tenantId'
        value: aadAppTenantId
      }
      {
        key: 'tokenExchangeUrl'
        value: tokenExchangeUrl
      }
    ]
  }
}
