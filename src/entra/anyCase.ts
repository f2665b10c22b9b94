import { z } from 'zod';

/** One of the values, whatever the case it came in; Graph prints the same value as `Success` here and `success` there. */
export function anyCase<const Value extends string>(values: readonly Value[]): z.ZodType<Value> {
  return z.string().transform((given, context) => {
    const known = values.find((value) => value.toLowerCase() === given.toLowerCase());
    if (known !== undefined) return known;
    context.addIssue({ code: 'custom', message: `expected one of ${values.join(', ')}` });
    return z.NEVER;
  });
}
