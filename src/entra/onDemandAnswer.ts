import { z } from 'zod';
import type { OnDemandAnswer } from '../provisioning/provision';

const words = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const details = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((value) => value ?? {});
const step = z.object({ name: words, type: words, provisioningStepType: words, status: words, details });
const info = z.object({ status: words, errorCode: words }).nullish();
const element = z.object({
  action: words,
  provisioningAction: words,
  changeId: words,
  provisioningSteps: z
    .array(step)
    .nullish()
    .transform((value) => value ?? []),
  statusInfo: info,
  provisioningStatusInfo: info,
});
const verdict = z.object({ result: words, details: z.object({ errorCode: words }).nullish() });
const pair = z.object({ key: words, value: words });

type Element = z.infer<typeof element>;
type Step = z.infer<typeof step>;
type Verdict = z.infer<typeof verdict>;
type Status = 'success' | 'skipped' | 'failure' | 'unknown';

/** Later in the list is worse: one failed part makes the whole failed. */
const WORSE: Status[] = ['success', 'skipped', 'unknown', 'failure'];

/**
 * Entra's on-demand answer: JSON inside JSON strings, in two shapes. Either `key` is a verdict and `value` an object, or `key` is the
 * name of a class and `value` an array. A result counts as created or updated only with an export step behind it, and as in step only
 * with `RedundantExport`; whatever is not understood is `notProven`, never success.
 * @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-provisionondemand
 */
export const onDemandAnswer = pair.transform(({ key, value }): OnDemandAnswer => {
  const keyVerdict = verdict.safeParse(parseJson(key)).data;
  const parts = elementsOf(parseJson(value));
  const worst = parts.toSorted((one, other) => WORSE.indexOf(statusOf(other)) - WORSE.indexOf(statusOf(one)))[0];
  return worst ? answerOf(worst, keyVerdict) : answerWithoutParts(keyVerdict);
});

function elementsOf(value: unknown): Element[] {
  const candidates = Array.isArray(value) ? value : [value];
  return candidates.flatMap((candidate) => {
    const parsed = element.safeParse(candidate).data;
    return parsed && (parsed.provisioningSteps.length > 0 || infoOf(parsed)?.status) ? [parsed] : [];
  });
}

function answerOf(part: Element, keyVerdict: Verdict | undefined): OnDemandAnswer {
  const status = statusWith(statusOf(part), keyVerdict);
  const errorCode = infoOf(part)?.errorCode || keyVerdict?.details?.errorCode || '';
  const skipReason = detailOf(part, 'SkipReason') ?? (status === 'skipped' ? errorCode : '');
  const failed = part.provisioningSteps.find((candidate) => statusFrom(candidate.status) === 'failure');
  const result = resultOf(part, status, [skipReason, errorCode]);
  const assigned = booleanOf(detailOf(part, 'Assigned') ?? detailOf(part, 'AssignedToTheApplication'));
  const active = activeOf(part);
  const verdictDiffers = keyVerdict !== undefined && status === 'success' && statusFrom(keyVerdict.result) === 'failure';
  // An export for somebody who is not assigned, or not active, switched them off: no proof that they were provisioned.
  const leaves = assigned === false || active === false;
  const isGood = result === 'created' || result === 'updated' || result === 'inStep';
  return {
    result: isGood && (verdictDiffers || leaves) ? 'notProven' : result,
    skipReason: skipReason || null,
    errorCode: errorCode || null,
    failedStep: failed ? stepType(failed) : null,
    assigned,
    active,
    changeId: part.changeId || null,
  };
}

function resultOf(part: Element, status: Status, reasons: string[]): OnDemandAnswer['result'] {
  if (status === 'failure') return 'failed';
  if (status === 'unknown') return 'notProven';
  if (reasons.some((reason) => reason.toLowerCase() === 'redundantexport')) return 'inStep';
  if (status === 'skipped') return 'skipped';
  const exported = part.provisioningSteps.find(
    (candidate) => stepType(candidate) === 'export' && statusFrom(candidate.status) === 'success',
  );
  if (!exported) return 'notProven';
  const kind = `${exported.name} ${part.action || part.provisioningAction}`;
  if (/ExportAdd\b|\bcreate$/i.test(kind)) return 'created';
  return /ExportUpdate\b|\bupdate$/i.test(kind) ? 'updated' : 'notProven';
}

/** `value` was empty or foreign: the verdict can name a skip or a failure, but it cannot prove an export. */
function answerWithoutParts(keyVerdict: Verdict | undefined): OnDemandAnswer {
  const errorCode = keyVerdict?.details?.errorCode || null;
  const status = statusFrom(keyVerdict?.result ?? '');
  const skipped = errorCode?.toLowerCase() === 'redundantexport' ? 'inStep' : 'skipped';
  return {
    result: status === 'failure' ? 'failed' : status === 'skipped' ? skipped : 'notProven',
    skipReason: status === 'skipped' ? errorCode : null,
    errorCode,
    failedStep: null,
    assigned: null,
    active: null,
    changeId: null,
  };
}

function statusOf(part: Element): Status {
  const told = infoOf(part)?.status;
  if (told) return statusFrom(told);
  const statuses = part.provisioningSteps.map(({ status }) => statusFrom(status));
  return WORSE.findLast((status) => statuses.includes(status)) ?? 'unknown';
}

/** Where the part says nothing known, the verdict may tell a skip or a failure, but not a success. */
function statusWith(own: Status, keyVerdict: Verdict | undefined): Status {
  if (own !== 'unknown') return own;
  const told = statusFrom(keyVerdict?.result ?? '');
  return told === 'success' ? 'unknown' : told;
}

function infoOf(part: Element) {
  return part.statusInfo ?? part.provisioningStatusInfo;
}

function statusFrom(word: string): Status {
  const known: Record<string, Status> = { success: 'success', skipped: 'skipped', failure: 'failure', failed: 'failure' };
  return known[word.toLowerCase()] ?? 'unknown';
}

/** `type` here, `provisioningStepType` in the logs; some answers leave both out, then the name tells. */
function stepType({ type, provisioningStepType, name }: Step): string {
  const told = (type || provisioningStepType).toLowerCase();
  if (told) return told;
  if (/Export/i.test(name)) return 'export';
  return /Import/i.test(name) ? 'import' : /Scoping/i.test(name) ? 'scoping' : 'matching';
}

/** The first value of that name among the details of all steps, whatever spaces and capitals it is written with. */
function detailOf(part: Element, wanted: string): string | undefined {
  for (const one of part.provisioningSteps) {
    const found = Object.entries(one.details).find(
      ([name, value]) => plain(name) === plain(wanted) && value !== null && value !== '',
    );
    if (found) return String(found[1]);
  }
  return undefined;
}

/** `Assigned to the application` and `AssignedToTheApplication` are one name. */
function plain(name: string): string {
  return name.replaceAll(/[^a-z]/gi, '').toLowerCase();
}

function activeOf(part: Element): boolean | null {
  if (booleanOf(detailOf(part, 'IsSoftDeleted')) === true) return false;
  return booleanOf(detailOf(part, 'IsActive')) ?? booleanOf(detailOf(part, 'accountEnabled'));
}

function booleanOf(value: string | undefined): boolean | null {
  if (value === undefined) return null;
  return /^true$/i.test(value) ? true : /^false$/i.test(value) ? false : null;
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined; // the second shape has the name of a class where the first has JSON
  }
}
