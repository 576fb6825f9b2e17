{#- Creates the functions that an engine lacks, where they do not exist yet, in the schema
    of the models that use them. -#}
{% macro create_functions() -%}
    {{ return(adapter.dispatch('create_functions', 'sessions')()) }}
{%- endmacro %}

{% macro default__create_functions() -%}
{%- endmacro %}

{#- PostgreSQL skips nulls when the transition function of an aggregate is strict: the
    result is the last value that is not null. -#}
{% macro postgres__create_functions() -%}
    {%- set schema = sessions.schema_of_functions() -%}
    {%- if execute and run_query(
        "select 1 from pg_namespace where oid = to_regnamespace('" ~ schema ~ "')"
        ~ " and to_regprocedure('" ~ schema ~ ".sessions_json_array(text)') is null"
    ).rows %}
        create or replace function {{ schema }}.sessions_later_value(
            earlier anyelement, later anyelement
        ) returns anyelement
        language sql immutable strict parallel safe as 'select later';

        create or replace aggregate {{ schema }}.sessions_last_known(anyelement) (
            sfunc = {{ schema }}.sessions_later_value, stype = anyelement, parallel = safe
        );

        -- one malformed JSON must not stop a build
        create or replace function {{ schema }}.sessions_json_text(
            given text, names text[]
        ) returns text
        language plpgsql immutable strict parallel safe as '
        begin
            return cast(given as jsonb) #>> names;
        exception when others then
            return null;
        end';

        create or replace function {{ schema }}.sessions_json_array(
            given text
        ) returns jsonb
        language plpgsql immutable strict parallel safe as '
        begin
            return case
                when jsonb_typeof(cast(given as jsonb)) = ''array'' then cast(given as jsonb)
            end;
        exception when others then
            return null;
        end'
    {%- endif -%}
{%- endmacro %}

{% macro redshift__create_functions() -%}
{%- endmacro %}


{#- The schema in which create_functions creates them, quoted. -#}
{% macro schema_of_functions() -%}
    {%- set node = sessions.node_of('model.sessions.int_events_sessionized') if execute -%}
    {{ return(adapter.quote(node.schema if node else target.schema)) }}
{%- endmacro %}
