/** What people call a channel or group chat, where Teams told it. */
export const conversationTitles: readonly string[] = ['alter table conversations add column title text'];
