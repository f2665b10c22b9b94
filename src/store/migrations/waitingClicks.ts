/** Every sweep looks for clicks that wait for a sign-in for too long. */
export const waitingClicks = [`create index decision_attempts_waiting on decision_attempts (created_at) where state = 'waiting'`];
