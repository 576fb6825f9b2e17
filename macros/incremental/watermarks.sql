{#- The watermarks of sources: up to which loaded_at their rows are built. Sources need not
    be in step: a row is new when it is above the watermark of its own source. -#}


{#- A query for the watermarks of a model's table: no row for a source without rows, and no
    rows at all when int_builds has no current entry for the table.

    model_name: int_events_enriched. -#}
{% macro watermarks_of(model_name) -%}
    select
        watermarks.event_source,
        watermarks.newest_loaded_at,
        watermarks.newest_row_count,
        watermarks.undated_row_count
    from {{ ref('int_watermarks').render() }} as watermarks
    inner join {{ sessions.current_entry_of(model_name) }}
        on watermarks.relation_name = current_entry.relation_name
        and watermarks.invocation_id = current_entry.invocation_id
{%- endmacro %}


{#- An insert of the watermarks of the model that reads raw rows, after it is written and
    before its entry is added to int_builds. Those of the previous entry are carried over
    where the batch has nothing newer; nothing is inserted when nothing has changed. -#}
{% macro record_watermarks() -%}
    insert into {{ ref('int_watermarks').render() }} (
        relation_name, invocation_id, event_source, newest_loaded_at, newest_row_count,
        undated_row_count
    )
    select
        '{{ sessions.relation_name_of(model.name) }}' as relation_name,
        '{{ invocation_id }}' as invocation_id,
        event_source,
        newest_loaded_at,
        newest_row_count,
        undated_row_count
    from (
        select
            event_source,
            newest_loaded_at,
            newest_row_count,
            first_value(undated_row_count) over (
                partition by event_source
                order by case when undated_row_count > 0 then 0 else 1 end, is_before
                rows between unbounded preceding and unbounded following
            ) as undated_row_count,
            row_number() over (
                partition by event_source
                order by coalesce(newest_loaded_at, {{ sessions.min_timestamp() }}) desc,
                is_before
            ) as place
        from (
            {{ sessions.watermarks_of_batch() }}
            union all
            select before.*, 1 as is_before
            from ({{ sessions.watermarks_of(model.name) }}) as before
        ) as watermarks
    ) as watermarks
    where place = 1
    and exists (select 1 from ({{ sessions.changed_build_entry(none) }}) as changed_entry)
{%- endmacro %}


{#- A query for the watermarks of the newest batches alone. A batch has all rows of a
    loaded_at or none, and all rows without one or none. -#}
{% macro watermarks_of_batch() -%}
    {%- set is_new = 'batch_number > ' ~ sessions.newest_batch_of(model.name) -%}
    select
        events.event_source,
        newest.newest_loaded_at,
        sum(case when events.loaded_at = newest.newest_loaded_at then 1 else 0 end)
            as newest_row_count,
        sum(case when events.loaded_at is null then 1 else 0 end) as undated_row_count,
        0 as is_before
    from {{ this }} as events
    inner join (
        select event_source, max(loaded_at) as newest_loaded_at from {{ this }}
        where {{ is_new }}
        group by event_source
    ) as newest
        on events.event_source = newest.event_source
    where {{ is_new }}
    group by events.event_source, newest.newest_loaded_at
{%- endmacro %}


{#- A query for the sources whose rows come through a staging folder: the event_source of
    its rows, else the name of the folder; no row where the folder has no events.

    source: a folder of models/staging. -#}
{% macro names_of_source(source) -%}
    {%- set events = ref('stg_' ~ source ~ '__events') -%}
    {%- set names_sources = execute and model.resource_type != 'unit_test'
        and 'event_source' in (
            adapter.get_columns_in_relation(load_relation(events) or events)
            | map(attribute='name') | map('lower')
        ) -%}
    {%- if names_sources -%}
        select distinct coalesce(event_source, '{{ source }}') as event_source
        from {{ events }}
    {%- else -%}
        select '{{ source }}' as event_source
        where exists (select 1 from {{ events }})
    {%- endif -%}
{%- endmacro %}


{#- The same for all folders that feed the build. -#}
{% macro names_of_sources() -%}
    {%- for source in sessions.event_sources(sessions.setting('event_sources')) -%}
        {{ sessions.names_of_source(source) }}
        {%- if not loop.last %}
union all
        {% endif -%}
    {%- endfor -%}
{%- endmacro %}


{#- Whether a row has a loaded_at by which it can be found: neither null nor infinity. -#}
{% macro is_dated() -%}
    (
        loaded_at_given is not null
        and {{ sessions.is_valid_timestamp('loaded_at_given') }}
    )
{%- endmacro %}
