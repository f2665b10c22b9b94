/** Every sentence a person reads, by subject. Codes are written in one place of the code and become words here. */
export * from './words/auditWords';
export * from './words/cardWords';
export * from './words/chatWords';
export * from './words/countWords';
export * from './words/decisionWords';
export * from './words/entraWords';
export * from './words/errorWords';
export * from './words/formWords';
export * from './words/outcomeWords';
export * from './words/planWords';
export * from './words/policyWords';
export * from './words/problemWords';
export * from './words/requestNoticeWords';
export * from './words/requestWords';
export * from './words/statusWords';
export * from './words/stepWords';
