/**
 * A message keeps its id when it goes on under another tag, so that a send under way still finds it. Which process sends a message or looks at a job: whoever takes its slot frees what it had claimed. A look has an id of its own, so
 * that one which somebody else has replaced writes nothing.
 */
export const claims = [
  `alter table messages add column message_id bigint generated always as identity, add column sending_by int`,
  `create unique index messages_by_id on messages (message_id)`,
  `alter table watches add column claimed_by int, add column claim uuid`,
];
