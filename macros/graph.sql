{#- What the macros of one run have found out, as a dictionary that they add to: dbt renders
    each node by itself, and its graph is the only object that all of them share. Always
    empty at parse time, and in dbt 2, whose graph cannot be added to. A program may hand
    the same graph to several runs, with other variables.

    topic: what the dictionary holds, in one word. -#}
{% macro known_in_run(topic) -%}
    {%- if not execute or graph.setdefault is not defined -%}
        {{ return({}) }}
    {%- endif -%}
    {%- set known = graph.setdefault('sessions', {}) -%}
    {%- if known.invocation_id != invocation_id -%}
        {%- do known.clear() -%}
        {%- do known.update({'invocation_id': invocation_id}) -%}
    {%- endif -%}
    {{ return(known.setdefault(topic, {})) }}
{%- endmacro %}


{#- A node of dbt's graph, none if the project has no such node. It is read once in a run,
    because dbt serializes a node whenever its graph is accessed.

    id: its unique id, such as model.sessions.fct_sessions. -#}
{% macro node_of(id) -%}
    {%- set known = sessions.known_in_run('nodes') -%}
    {%- if id not in known -%}
        {%- do known.update({id: graph.nodes.get(id)}) -%}
    {%- endif -%}
    {{ return(known[id]) }}
{%- endmacro %}
