import { z } from 'zod';

/** An expression of an attribute mapping: an attribute, a constant, or a function with named parameters. */
export interface Source {
  expression?: string | null | undefined;
  name?: string | null | undefined;
  type: 'Attribute' | 'Constant' | 'Function';
  parameters?: { key: string; value: Source }[] | null | undefined;
}

const sourceSchema: z.ZodType<Source> = z.lazy(() =>
  z.looseObject({
    expression: z.string().nullish(),
    name: z.string().nullish(),
    type: z.enum(['Attribute', 'Constant', 'Function']),
    parameters: z.array(z.looseObject({ key: z.string(), value: sourceSchema })).nullish(),
  }),
);

const attributeMappingSchema = z.looseObject({
  defaultValue: z.string().nullish(),
  flowType: z.enum(['Always', 'ObjectAddOnly', 'MultiValueAddOnly', 'ValueAddOnly', 'AttributeAddOnly']).default('Always'),
  matchingPriority: z.number().default(0),
  targetAttributeName: z.string(),
  source: sourceSchema,
});

const objectMappingSchema = z.looseObject({
  enabled: z.boolean(),
  flowTypes: z.string(),
  name: z.string().nullish(),
  sourceObjectName: z.string(),
  targetObjectName: z.string(),
  attributeMappings: z.array(attributeMappingSchema),
});

/** The whole schema of a job, as far as the engine reads it; everything else is kept as it came. */
export const synchronizationSchema = z.looseObject({
  id: z.string(),
  version: z.string().nullish(),
  synchronizationRules: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string().nullish(),
      priority: z.number(),
      targetDirectoryName: z.string().nullish(),
      objectMappings: z.array(objectMappingSchema),
    }),
  ),
  directories: z.array(z.unknown()).default([]),
});

export type SynchronizationSchema = z.infer<typeof synchronizationSchema>;
export type ObjectMapping = z.infer<typeof objectMappingSchema>;
export type AttributeMapping = z.infer<typeof attributeMappingSchema>;

/** The mapping that provisions users or groups, over all rules; undefined when it is switched off. */
export function enabledMapping(schema: SynchronizationSchema, type: 'User' | 'Group'): ObjectMapping | undefined {
  return schema.synchronizationRules
    .flatMap(({ objectMappings }) => objectMappings)
    .find(({ enabled, sourceObjectName }) => enabled && sourceObjectName === type);
}
