/** Every key begins with the tenant; executors and recoveries belong to the processes. */
export const firstTables: readonly string[] = [
  `create table connections (
    tenant_id text not null, connection_id text not null, organization_id text not null,
    service_principal_id text not null, app_id text not null, app_display_name text not null,
    job_id text, rule_id text, app_role_id text, scim_connector_url text not null,
    domains jsonb not null, saved_sync_all text, state text not null, set_up_by jsonb not null, statements jsonb,
    created_at timestamptz not null default now(),
    primary key (tenant_id, connection_id), unique (tenant_id, organization_id))`,
  `create table runs (
    tenant_id text not null, run_id text not null, subject text not null, attempt int not null, kind text not null,
    mode text not null, state text not null, waiting_for text, requested_by jsonb not null, acting_as jsonb not null,
    connection_id text, conversation_id text not null, input jsonb not null, plan jsonb, stop jsonb, plan_confirmed_at timestamptz,
    queue_name text, cancel_requested_at timestamptz, failed_step text, failure jsonb,
    created_at timestamptz not null default now(), state_changed_at timestamptz not null default now(), ended_at timestamptz,
    primary key (tenant_id, run_id), unique (tenant_id, subject, attempt))`,
  `create unique index runs_one_open on runs (tenant_id, subject) where state in ('requested', 'running', 'waiting', 'failed')`,
  `create index runs_by_state on runs (state, state_changed_at)`,
  `create table run_steps (
    tenant_id text not null, run_id text not null, name text not null, position int not null, state text not null,
    proof jsonb, started_at timestamptz not null, ended_at timestamptz,
    primary key (tenant_id, run_id, name))`,
  `create table run_effects (
    tenant_id text not null, subject text not null, kind text not null, facts jsonb not null, made_at timestamptz not null default now(),
    primary key (tenant_id, subject, kind))`,
  `create table run_people (
    tenant_id text not null, run_id text not null, position int not null, asked text not null, object_id text,
    display_name text, user_principal_name text, doing text, wait_until timestamptz, give_up_at timestamptz, assigned_through text, outcome jsonb,
    primary key (tenant_id, run_id, position))`,
  `create table secrets (
    tenant_id text not null, secret_id text not null, subject text not null, purpose text not null, key_id text not null,
    nonce bytea not null, sealed bytea not null, created_at timestamptz not null default now(),
    primary key (tenant_id, secret_id))`,
  `create index secrets_by_subject on secrets (tenant_id, subject)`,
  `create table people (
    tenant_id text not null, object_id text not null, mri text not null, display_name text not null,
    personal_conversation_id text, reachable boolean not null default true, seen_at timestamptz not null default now(),
    primary key (tenant_id, object_id))`,
  `create table conversations (
    tenant_id text not null, conversation_id text not null, kind text not null, service_url text not null, reference jsonb not null,
    installed boolean not null default false, state text not null default 'active', welcomed_at timestamptz,
    seen_at timestamptz not null default now(),
    primary key (tenant_id, conversation_id))`,
  `create table messages (
    tenant_id text not null, tag text not null, conversation_id text not null, activity_id text, service_url text, content jsonb,
    content_hash text, generation int not null default 0, wanted int not null default 1, delivered int not null default 0, alert boolean not null default false,
    sending_at timestamptz, next_try_at timestamptz not null default now(), tries int not null default 0, state text not null default 'live',
    created_at timestamptz not null default now(), delivered_at timestamptz,
    primary key (tenant_id, tag, conversation_id))`,
  `create index messages_due on messages (next_try_at) where wanted > delivered and state = 'live'`,
  `create table watches (
    tenant_id text not null, connection_id text not null, reader jsonb not null, tell jsonb not null, conversation_id text not null,
    run_id text, first_cycle_told boolean not null default false, next_at timestamptz not null, last_activity_identifier text,
    last_state text, blind_since timestamptz, fast_until timestamptz, claimed_until timestamptz,
    primary key (tenant_id, connection_id))`,
  `create table pending_commands (
    tenant_id text not null, pending_id text not null, object_id text not null, person jsonb not null, conversation_id text not null,
    activity_id text not null, waits_for text not null, command jsonb not null, taken_at timestamptz,
    created_at timestamptz not null default now(),
    primary key (tenant_id, pending_id))`,
  `create table drafts (
    tenant_id text not null, draft_id text not null, object_id text not null, conversation_id text not null, content jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (tenant_id, draft_id))`,
  `create table seen_activities (
    tenant_id text not null, key text not null, seen_at timestamptz not null default now(), primary key (tenant_id, key))`,
  `create table audit (
    tenant_id text not null, number bigint not null, at timestamptz not null, action text not null, actor jsonb, subject text not null,
    facts jsonb not null, key_id text not null, previous_mac text not null, mac text not null,
    primary key (tenant_id, number))`,
  `create table audit_heads (
    tenant_id text primary key, number bigint not null, mac text not null, key_id text not null, signature text not null default '')`,
  `create table executors (slot int primary key, instance_id text not null, heartbeat_at timestamptz)`,
  `create table recoveries (workflow_id text primary key, n int not null)`,
];
