// The registration alone, for a bot on a developer's machine behind a tunnel.

@minLength(4)
@maxLength(20)
param resourceBaseName string
@maxLength(42)
param botDisplayName string
@description('https address of the tunnel, without a path')
param botEndpoint string
param botId string
param botTenantId string
param aadAppClientId string
@secure()
param aadAppClientSecret string
param aadAppTenantId string

module registration 'botRegistration/azurebot.bicep' = {
  name: 'bot-registration'
  params: {
    botName: resourceBaseName
    botDisplayName: botDisplayName
    messagingEndpoint: '${botEndpoint}/api/messages'
    botType: 'SingleTenant'
    botId: botId
    botTenantId: botTenantId
    aadAppClientId: aadAppClientId
    aadAppClientSecret: aadAppClientSecret
    aadAppTenantId: aadAppTenantId
  }
}
