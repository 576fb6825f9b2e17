{#- The click ids that ad networks add to landing URLs, in order of precedence, each with
    the source and medium it implies. The last ones are set on unpaid clicks too: they imply
    a source, but never a paid medium. Source: each network's documentation of its own
    parameter. -#}
{% macro click_ids() -%}
    {{ return([
        {'name': 'gclid',      'source': 'google',    'medium': 'cpc'},
        {'name': 'gbraid',     'source': 'google',    'medium': 'cpc'},
        {'name': 'wbraid',     'source': 'google',    'medium': 'cpc'},
        {'name': 'dclid',      'source': 'google',    'medium': 'display'},
        {'name': 'gad_source', 'source': 'google',    'medium': 'cpc'},
        {'name': 'msclkid',    'source': 'bing',      'medium': 'cpc'},
        {'name': 'ttclid',     'source': 'tiktok',    'medium': 'paid'},
        {'name': 'twclid',     'source': 'twitter',   'medium': 'paid'},
        {'name': 'li_fat_id',  'source': 'linkedin',  'medium': 'paid'},
        {'name': 'rdt_cid',    'source': 'reddit',    'medium': 'paid'},
        {'name': 'epik',       'source': 'pinterest', 'medium': 'paid'},
        {'name': 'sccid',      'source': 'snapchat',  'medium': 'paid'},
        {'name': 'qclid',      'source': 'quora',     'medium': 'paid'},
        {'name': 'tblci',      'source': 'taboola',   'medium': 'paid'},
        {'name': 'dicbo',      'source': 'outbrain',  'medium': 'paid'},
        {'name': 'irclickid',  'source': 'impact',    'medium': 'affiliate'},
        {'name': 'awc',        'source': 'awin',      'medium': 'affiliate'},
        {'name': 'fbclid',     'source': 'facebook',  'medium': 'social'},
        {'name': 'igshid',     'source': 'instagram', 'medium': 'social'},
        {'name': 'mc_cid',     'source': 'mailchimp', 'medium': 'email'},
        {'name': '_kx',        'source': 'klaviyo',   'medium': 'email'},
    ]) }}
{%- endmacro %}


{#- The name of the click id in a URL's query; null without one, or if it is empty.

    query: a SQL expression, see url_query. -#}
{% macro click_id_name(query) -%}
    case
        {%- for click_id in sessions.click_ids() %}
        when {{ sessions.raw_query_parameter(query, click_id.name) }} is not null
            then '{{ click_id.name }}'
        {%- endfor %}
    end
{%- endmacro %}


{#- The source or medium that a click id implies.

    column: the column that holds its name.
    attribute: source or medium. -#}
{% macro click_id_implies(column, attribute) -%}
    case {{ column }}
        {%- for click_id in sessions.click_ids() %}
        when '{{ click_id.name }}' then '{{ click_id[attribute] }}'
        {%- endfor %}
    end
{%- endmacro %}


{#- The source of an event whose place leaves it out: that of its click id.

    source: the source that the place names, or null. -#}
{% macro completed_source(source) -%}
    coalesce(
        {{ source }}, {{ sessions.click_id_implies('events.page_click_id_name', 'source') }}
    )
{%- endmacro %}


{#- The medium of an event whose place leaves it out, or says that the click was not paid: that
    of its click id, if this is of the same source. Exports of Google Analytics call clicks
    on ads organic.

    source, medium: what the place names, or null. -#}
{% macro completed_medium(source, medium) -%}
    {%- set implied = sessions.click_id_implies('events.page_click_id_name', 'source') -%}
    case
        when
            events.page_click_id_name is not null
            and coalesce({{ sessions.lower_ascii(source) }}, {{ implied }}) = {{ implied }}
            and (
                {{ medium }} is null
                or (
                    {{ sessions.lower_ascii(medium) }} = 'organic'
                    and {{ implied }} in ('google', 'bing')
                )
            )
            then {{ sessions.click_id_implies('events.page_click_id_name', 'medium') }}
        else {{ medium }}
    end
{%- endmacro %}


{#- Whether the click id of a network that marks unpaid links too yields to the referrer, an app
    of the same company: Instagram, Threads and WhatsApp have fbclid on their links. -#}
{% macro yields_to_referrer() -%}
    (
        events.page_click_id_name in ('fbclid', 'igshid')
        and referrers.referrer_source in ('facebook', 'instagram', 'threads', 'whatsapp')
        and referrers.referrer_source
        != {{ sessions.click_id_implies('events.page_click_id_name', 'source') }}
    )
{%- endmacro %}
