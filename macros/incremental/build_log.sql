{#- What a build has done, for agg_build_log. Sessions are counted where fct_sessions is
    written, in an entry of int_builds; everything else is counted after the run, of the
    entries whose runs the log does not have. So what a killed run has written is in the rows
    of the next one, which also adds one for the killed run, to count it once. -#}


{#- A statement before rows of fct_sessions are replaced, within the same transaction: an
    entry of int_builds that repeats the current one, with the numbers of sessions that will
    be added, changed and removed. Nothing is inserted if none is, or if all rows are
    replaced; empty for other models.

    existing: the table of this model.
    selected: the relation of the selected rows.
    columns: their columns, separated by commas. -#}
{% macro count_replaced_sessions(existing, selected, columns) -%}
    {%- if model.name == 'fct_sessions' and sessions.counts_replaced_sessions() -%}
    {%- set state = sessions.columns_of_builds() | join(', ') -%}
    insert into {{ sessions.table_of_builds() }} (
        {{ state }}, entry_number, invocation_id,
        session_added_count, session_changed_count, session_removed_count
    )
    select
        {{ state }},
        entry_number + 1 as entry_number,
        '{{ invocation_id }}' as invocation_id,
        added_count,
        changed_count,
        removed_count
    from {{ sessions.current_entry_of(model.name) }}
    cross join (
        select
            count(case when was_there = 0 then 1 end) as added_count,
            count(case when version_count > 1 then 1 end) as changed_count,
            count(case when is_there = 0 then 1 end) as removed_count
        from (
            select
                session_id,
                max(was_there) as was_there,
                max(is_there) as is_there,
                count(*) as version_count
            from (
                select {{ columns }}, max(was_there) as was_there, max(is_there) as is_there
                from (
                    select {{ columns }}, 1 as was_there, 0 as is_there from {{ existing }}
                    where ({{ sessions.replaced_rows(selected) | join(') or (') }})
                    union all
                    select {{ columns }}, 0 as was_there, 1 as is_there from {{ selected }}
                ) as rows_compared
                group by {{ columns }}
            ) as versions
            group by session_id
        ) as sessions_compared
    ) as counted
    where added_count + changed_count + removed_count > 0
    {%- endif -%}
{%- endmacro %}


{#- The number of sessions of a table that has been built from nothing, for its entry in
    int_builds, before that is inserted; null of a table that has kept rows, and of other
    models. -#}
{% macro sessions_built_from_nothing() -%}
    {%- if model.name == 'fct_sessions' and sessions.counts_replaced_sessions() -%}
    case
        when not {{ sessions.has_current_entry(model.name) }}
            then (select count(*) from {{ this }})
    end
    {%- else -%}
    cast(null as {{ dbt.type_bigint() }})
    {%- endif -%}
{%- endmacro %}


{#- Adds the rows of a run to agg_build_log when the run ends, even if it failed. A run
    that builds no incremental table adds nothing. -#}
{% macro log_build() -%}
    {%- set is_concerned = execute and flags.WHICH in ('run', 'build')
        and sessions.tables_of_run() -%}
    {%- set log = sessions.relation_of('agg_build_log') if is_concerned -%}
    {%- set pending = sessions.relation_of('int_build_log_pending') if is_concerned -%}
    {%- set builds = sessions.relation_of('int_builds') if is_concerned -%}
    {%- if log and pending and builds -%}
        {%- set columns = sessions.columns_of_log() -%}
        {%- set started_at = run_started_at.astimezone(modules.pytz.utc).replace(tzinfo=none) -%}
        {%- set seconds = (
            modules.datetime.datetime.now(modules.pytz.utc) - run_started_at
        ).total_seconds() -%}
    insert into {{ log }} (
        invocation_id, started_at, seconds, {{ columns | join(', ') }}
    )
    select
        '{{ invocation_id }}' as invocation_id,
        {{ sessions.timestamp_literal(started_at) }} as started_at,
        case
            when event_source is null
                then cast({{ '%.3f' | format(seconds) }} as decimal(18, 3))
        end as seconds,
        {{ columns | join(', ') }}
    from {{ pending }}
    union all
    select
        invocation_id,
        {{ sessions.timestamp_literal(started_at) }} as started_at,
        cast(null as decimal(18, 3)) as seconds
        {%- for column in columns %},
        null as {{ column }}
        {%- endfor %}
    from (
        select distinct invocation_id from {{ builds }}
        where
            invocation_id != '{{ invocation_id }}'
            and invocation_id not in (select invocation_id from {{ log }})
    ) as killed
    {%- endif -%}
{%- endmacro %}


{#- The columns of int_build_log_pending, which are those of agg_build_log but for the run
    and its time. -#}
{% macro columns_of_log() -%}
    {%- set columns = [
        'event_source', 'is_full_refresh', 'read_count', 'kept_count', 'excluded_count',
    ] -%}
    {%- for reason in sessions.exclusion_reasons() -%}
        {%- do columns.append(reason ~ '_count') -%}
    {%- endfor -%}
    {{ return(columns + [
        'oldest_late_event_at', 'newest_event_at', 'island_count', 'session_added_count',
        'session_changed_count', 'session_removed_count',
    ]) }}
{%- endmacro %}


{#- Why a row may not be kept, as fct_event_exclusions has it. -#}
{% macro exclusion_reasons() -%}
    {{ return([
        'invalid', 'duplicate', 'future', 'no_consent', 'bot', 'internal', 'no_session',
    ]) }}
{%- endmacro %}


{#- The newest batch of a table that agg_build_log has, as a query of one row: 0 for one that
    has been built from nothing since, null if nothing has been built since.

    model_name: an incremental model of this package.
    entries: entries of int_builds that the log does not have. -#}
{% macro newest_batch_logged(model_name, entries) -%}
    (
        select min(
            case
                when batch_number > previous_batch_number then previous_batch_number
                when follows_a_discarded_one then 0
                else batch_number
            end
        )
        from {{ entries }}
        where {{ sessions.is_entry_of(model_name) }}
    )
{%- endmacro %}
