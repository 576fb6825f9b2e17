{{ config(**reused_within_run()) }}

with

agents_given as (

    select distinct user_agent as agent_given from {{ ref('int_events_this_run') }}

    {{ optimization_fence() }}

),

agents_trimmed as (

    select distinct {{ trimmed('agent_given') }} as user_agent from agents_given

),

agents as (

    select
        user_agent,
        {{ lower_ascii('user_agent') }} as agent

    from agents_trimmed

    {{ optimization_fence() }}

),

-- the first pattern of a bot in which an agent is found says which bot it is
first_bots as (

    select
        agents.user_agent,
        min(bots.pattern_number) as pattern_number

    from agents
    inner join {{ ref('bot_user_agents') }} as bots
        on {{ matches_seed_pattern('agents.agent', 'bots') }}

    group by agents.user_agent

),

bots as (

    select
        first_bots.user_agent,
        cast(bots.name as {{ type_text() }}) as bot_name,
        cast(bots.kind as {{ type_text() }}) as bot_kind

    from first_bots
    inner join {{ ref('bot_user_agents') }} as bots
        on first_bots.pattern_number = bots.pattern_number

),

-- of each kind the first pattern in which an agent is found
first_patterns as (

    select
        agents.user_agent,
        patterns.kind,
        min(patterns.pattern_number) as pattern_number

    from agents
    inner join {{ ref('user_agent_patterns') }} as patterns
        on {{ matches_seed_pattern('agents.agent', 'patterns') }}

    group by agents.user_agent, patterns.kind

),

devices as (

    select
        first_patterns.user_agent,
        max(case when patterns.kind = 'device' then patterns.value end) as device,
        max(case when patterns.kind = 'browser' then patterns.value end) as browser,
        max(case when patterns.kind = 'system' then patterns.value end)
            as operating_system

    from first_patterns
    inner join {{ ref('user_agent_patterns') }} as patterns
        on first_patterns.pattern_number = patterns.pattern_number

    group by first_patterns.user_agent

),

user_agents as (

    select
        agents.user_agent,
        bots.user_agent is not null as is_bot,
        bots.bot_name,
        bots.bot_kind,
        coalesce(devices.device, 'unknown') as device_category,
        devices.browser,
        devices.operating_system

    from agents
    left join bots
        on agents.user_agent = bots.user_agent
    left join devices
        on agents.user_agent = devices.user_agent

)

select * from user_agents
