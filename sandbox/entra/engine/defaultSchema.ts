import type { AttributeMapping, ObjectMapping, Source, SynchronizationSchema } from './schemaTypes';

/** The rule that serves users and groups of most jobs; a client must still read it from the schema. */
const DEFAULT_RULE_ID = '03f7d90d-bf71-41b1-bda6-aaf0ddbee5d8';
export const ENTERPRISE_USER = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const CORE_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

const attribute = (name: string): Source => ({ expression: `[${name}]`, name, type: 'Attribute', parameters: [] });
const constant = (value: string): Source => ({ expression: `"${value}"`, name: value, type: 'Constant', parameters: [] });

function mapping(targetAttributeName: string, source: Source, matchingPriority = 0): AttributeMapping {
  return {
    defaultValue: null,
    exportMissingReferences: false,
    flowBehavior: 'FlowWhenChanged',
    flowType: 'Always',
    matchingPriority,
    targetAttributeName,
    source,
  };
}

const activeFromIsSoftDeleted: Source = {
  expression: 'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
  name: 'Switch',
  type: 'Function',
  parameters: [
    { key: 'source', value: attribute('IsSoftDeleted') },
    { key: 'defaultValue', value: constant('') },
    { key: 'key1', value: constant('False') },
    { key: 'value1', value: constant('True') },
    { key: 'key2', value: constant('True') },
    { key: 'value2', value: constant('False') },
  ],
};

const formattedName: Source = {
  expression: 'Join(" ", [givenName], [surname])',
  name: 'Join',
  type: 'Function',
  parameters: [
    { key: 'separator', value: constant(' ') },
    { key: 'source1', value: attribute('givenName') },
    { key: 'source2', value: attribute('surname') },
  ],
};

/** The mapping a non-gallery app begins with: section 9.3 of the contract. */
function userMappings(): AttributeMapping[] {
  return [
    mapping('userName', attribute('userPrincipalName'), 1),
    mapping('active', activeFromIsSoftDeleted),
    mapping('displayName', attribute('displayName')),
    mapping('title', attribute('jobTitle')),
    mapping('emails[type eq "work"].value', attribute('mail')),
    mapping('preferredLanguage', attribute('preferredLanguage')),
    mapping('name.givenName', attribute('givenName')),
    mapping('name.familyName', attribute('surname')),
    mapping('name.formatted', formattedName),
    mapping('addresses[type eq "work"].formatted', attribute('physicalDeliveryOfficeName')),
    mapping('addresses[type eq "work"].streetAddress', attribute('streetAddress')),
    mapping('phoneNumbers[type eq "work"].value', attribute('telephoneNumber')),
    mapping('externalId', attribute('mailNickname')),
    mapping(`${ENTERPRISE_USER}:department`, attribute('department')),
  ];
}

function objectMapping(type: 'User' | 'Group', targetObjectName: string, attributeMappings: AttributeMapping[]): ObjectMapping {
  return {
    enabled: true,
    flowTypes: 'Add,Update,Delete',
    name: `Provision Azure Active Directory ${type}s`,
    scope: null,
    sourceObjectName: type,
    targetObjectName,
    attributeMappings,
  };
}

/** The schema of a new job: users and groups, both switched on. */
export function defaultSchema(id: string): SynchronizationSchema {
  return {
    id,
    version: 'v1.2',
    synchronizationRules: [
      {
        containerFilter: null,
        groupFilter: null,
        editable: true,
        priority: 1,
        id: DEFAULT_RULE_ID,
        name: 'USERGROUP_OUTBOUND_USERGROUP',
        sourceDirectoryName: 'Azure Active Directory',
        targetDirectoryName: 'customappsso',
        metadata: [{ key: 'supportsProvisionOnDemand', value: 'true' }],
        objectMappings: [
          objectMapping('User', ENTERPRISE_USER, userMappings()),
          objectMapping('Group', CORE_GROUP, [
            mapping('displayName', attribute('displayName'), 1),
            mapping('externalId', attribute('objectId')),
            mapping('members', attribute('members')),
          ]),
        ],
      },
    ],
    directories: [],
  };
}
