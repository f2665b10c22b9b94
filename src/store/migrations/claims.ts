/**
 * Which process sends a message or looks at a job: whoever takes its slot frees what it had claimed. A look has an id of its own, so
 * that one which somebody else has replaced writes nothing.
 */
export const claims = [
  `alter table messages add column sending_by int`,
  `alter table watches add column claimed_by int, add column claim uuid`,
];
