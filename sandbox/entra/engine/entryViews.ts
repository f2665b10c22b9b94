import type { TenantData } from '../../core/tenant';
import type { EntraStore } from '../entraStore';
import type { EntryResult, LogEntry } from './entryResult';

const SOURCE_SYSTEM = 'Azure Active Directory';
const TARGET_SYSTEM = 'customappsso';
const STATUS_INFO_KEY = 'Microsoft.Identity.Health.CPP.Common.DataContracts.SyncFabric.StatusInfo';

const errorCategory = ({ status }: EntryResult) => (status === 'Failure' ? 'NonServiceFailure' : null);

/** The answer of `provisionOnDemand` in one of its two shapes; both say the same. */
export function onDemandAnswer(result: EntryResult, shape: 'A' | 'B', contextUrl: string): Record<string, unknown> {
  const element = onDemandElement(result);
  const details = { errorCode: result.errorCode, errorMessage: result.reason };
  return shape === 'A'
    ? {
        '@odata.context': contextUrl,
        key: JSON.stringify({ result: result.status, details: result.errorCode ? details : {} }),
        value: JSON.stringify(element),
      }
    : { '@odata.context': contextUrl, key: STATUS_INFO_KEY, value: JSON.stringify([element]) };
}

function onDemandElement(result: EntryResult): Record<string, unknown> {
  const { subject } = result;
  return {
    action: result.action === 'Create' || result.action === 'Update' ? result.action : actionInAnswer(result),
    changeId: result.changeId,
    startTime: result.startedAt,
    endTime: result.endedAt,
    reportableIdentifier: subject.reportableIdentifier,
    provisioningSteps: result.steps,
    modifiedProperties: result.modifiedProperties,
    statusInfo: {
      status: result.status,
      errorCode: result.errorCode ?? null,
      reason: result.reason ?? null,
      additionalDetails: null,
      errorCategory: errorCategory(result),
      recommendedAction: null,
    },
    sourceIdentity: { id: subject.id, type: subject.type, displayName: subject.displayName || null, details: null },
    sourceSystem: { id: null, name: SOURCE_SYSTEM, details: null },
    targetIdentity: { id: result.targetId, type: result.targetType, displayName: null, details: null },
    targetSystem: { id: null, name: TARGET_SYSTEM, details: null },
  };
}

/** Only `Create`, `Update` and `Other` were ever seen in an answer: switching off is an update there. */
function actionInAnswer({ action }: EntryResult): string {
  return action === 'Disable' ? 'Update' : 'Other';
}

/** A row of `/auditLogs/provisioning`. Names and casing differ from the on-demand answer, as they do at Microsoft. */
export function logItem(entry: LogEntry, store: EntraStore, tenant: TenantData): Record<string, unknown> {
  const { result, servicePrincipalId } = entry;
  const app = store.app(servicePrincipalId);
  const displayName = app?.displayName ?? '';
  const user = store.user(result.subject.id);
  return {
    id: entry.id,
    activityDateTime: result.endedAt,
    tenantId: tenant.tenantId,
    jobId: entry.jobId,
    cycleId: entry.cycleId,
    changeId: result.changeId,
    provisioningAction: camel(result.action),
    durationInMilliseconds: Math.max(0, Math.round(Date.parse(result.endedAt) - Date.parse(result.startedAt))),
    provisioningStatusInfo: { status: camel(result.status), errorInformation: errorInformation(result) },
    provisioningSteps: result.steps.map(({ name, type, status, description, details }) => ({
      name,
      provisioningStepType: camel(type),
      status: camel(status),
      description,
      details,
    })),
    modifiedProperties: result.modifiedProperties,
    servicePrincipal: { id: servicePrincipalId, displayName },
    sourceSystem: { id: tenant.tenantId, displayName: SOURCE_SYSTEM, details: {} },
    targetSystem: {
      id: servicePrincipalId,
      displayName: TARGET_SYSTEM,
      details: {
        ApplicationId: app?.appId ?? '',
        ServicePrincipalId: servicePrincipalId,
        ServicePrincipalDisplayName: displayName,
      },
    },
    initiatedBy: { id: '', displayName: 'Azure AD Provisioning Service', initiatorType: 'system' },
    sourceIdentity: {
      id: result.subject.id,
      displayName: result.subject.displayName,
      identityType: result.subject.type,
      details: user ? { UserPrincipalName: user.userPrincipalName } : {},
    },
    targetIdentity: { id: result.targetId ?? '', displayName: '', identityType: result.subject.type, details: {} },
  };
}

function errorInformation({ status, errorCode, reason }: EntryResult): Record<string, unknown> | null {
  if (status === 'Success') return null;
  const category = status === 'Failure' ? 'nonServiceFailure' : 'success';
  return { errorCode, reason, additionalDetails: null, errorCategory: category, recommendedAction: null };
}

function camel(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
