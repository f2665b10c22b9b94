/** Policies, requests and decisions; and where the audit begins after its oldest rows were removed. */
export const approvals: readonly string[] = [
  `create table policies (
    tenant_id text not null, connection_id text not null, version int not null, policy jsonb not null,
    changed_by jsonb not null, changed_at timestamptz not null default now(),
    primary key (tenant_id, connection_id))`,
  `create table request_numbers (tenant_id text primary key, number int not null)`,
  `create table requests (
    tenant_id text not null, request_id text not null, number int not null, kind text not null, connection_id text not null,
    state text not null, frozen jsonb not null, hash text not null, reason text, requested_by jsonb not null, acting_as jsonb,
    approvals_needed int not null, self_approval boolean not null, auto_approved boolean not null default false,
    policy_version int not null, run_id text, conversation_id text not null, activity_id text not null,
    supersedes int, superseded_by int, decline_reason text, remind_after_ms bigint not null, next_reminder_at timestamptz,
    escalate_at timestamptz, created_at timestamptz not null default now(), expires_at timestamptz not null, ended_at timestamptz,
    primary key (tenant_id, request_id), unique (tenant_id, number), unique (tenant_id, connection_id, activity_id))`,
  `create index requests_open on requests (expires_at) where state in ('requested', 'approved', 'running')`,
  `create table request_viewers (
    tenant_id text not null, request_id text not null, object_id text not null, display_name text not null, role text not null,
    conversation_id text, told boolean not null default false,
    primary key (tenant_id, request_id, object_id, role))`,
  `create table decisions (
    tenant_id text not null, request_id text not null, object_id text not null, actor jsonb not null, verdict text not null,
    reason text, activity_id text not null, decided_at timestamptz not null default now(),
    primary key (tenant_id, request_id, object_id))`,
  `create table decision_attempts (
    tenant_id text not null, request_id text not null, object_id text not null, activity_id text not null, actor jsonb not null,
    verdict text not null, reason text, conversation_id text not null, state text not null default 'checking', answer jsonb,
    created_at timestamptz not null default now(), answered_at timestamptz,
    primary key (tenant_id, request_id, object_id, activity_id))`,
  `create table audit_checkpoints (
    tenant_id text primary key, number bigint not null, mac text not null, key_id text not null, signature text not null,
    made_at timestamptz not null default now())`,
  `create index decision_attempts_open on decision_attempts (created_at) where state = 'checking'`,
];
