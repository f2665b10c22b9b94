/** Who looks at a watch at the moment: a look that somebody else has replaced writes nothing. */
export const watchClaims = [`alter table watches add column claim uuid`];
