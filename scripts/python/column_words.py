"""What others call the columns and events of raw.events, for --propose.

They are in lower case, without blanks and punctuation; German words among them, because
trackers of one's own speak the language of the house.
"""

import csv
import re

from project import ROOT

SEED = ROOT / "seeds" / "event_names.csv"

# For each column, names that hardly mean anything else, then names that may.
COLUMN_WORDS: dict[str, tuple[str, str]] = {
    "event_at": (
        "eventat eventtime eventtimestamp timestamp occurredat derivedtstamp "
        "servertime clienteventtime eventtimemsec originaltimestamp zeitstempel "
        "zeitpunkt datetime hittime time ts zeit",
        "createdat created date datum uhrzeit tstamp when at eventdate day",
    ),
    "loaded_at": (
        "loadedat receivedat loadtstamp ingestedat ingesttimemsec insertedat "
        "serveruploadtime processedtime bqingestedtimestamp fivetransynced geladenam",
        "collectortstamp etltstamp empfangenam uploadtime",
    ),
    "event_id": (
        "eventid messageid insertid hitid idlinkva eventuuid eventguid requestid "
        "xedgerequestid rayid ereignisid ereignisnummer",
        "id uuid guid key rowid row nr line number",
    ),
    "visitor_id": (
        "visitorid anonymousid userpseudoid clientid deviceid distinctid domainuserid "
        "cookieid idvisitor visitor besucher besucherid mcvisid cookie browserid "
        "anonymous",
        "client device sessionvisitor uid vid gast who",
    ),
    "user_id": (
        "userid customerid memberid accountid loginid kundennummer kunde kundennr "
        "kundenid benutzer benutzerid nutzer",
        "user customer account member login",
    ),
    "source_session_id": (
        "sessionid gasessionid visitid idvisit domainsessionid sitzung sitzungsid",
        "session visit besuch",
    ),
    "event_name": (
        "eventname event eventtype action aktion ereignis ereignisname eventaction "
        "activity",
        "name type typ hittype actiontype verb was what",
    ),
    "event_sequence": ("eventsequence sequence hitnumber eventindex", "seq index"),
    "page_url": (
        "pageurl url pagelocation currenturl contextpageurl location documentlocation "
        "href pageaddress seitenurl seitenadresse requesturi requesturl",
        "page seite path pfad pagepath uri csuristem urlpath pathname adresse link "
        "clientrequesturi request",
    ),
    "page_title": ("pagetitle seitentitel documenttitle", "title titel"),
    "referrer_url": (
        "referrerurl referrer referer pagereferrer csreferer httpreferer httpreferrer "
        "herkunft clientrequestreferer documentreferrer",
        "ref previousurl quelle",
    ),
    "user_agent": (
        "useragent csuseragent httpuseragent rawuseragent clientrequestuseragent",
        "agent ua deviceua browseragent",
    ),
    "device_category": (
        "devicecategory devicetype geraet gerät geraetetyp gerätetyp configdevicetype "
        "deviceuadevicecategory",
        "device formfactor",
    ),
    "browser": ("browser browsername configbrowsername deviceuabrowser", ""),
    "operating_system": (
        "operatingsystem os osname betriebssystem deviceuaos configos",
        "deviceoperatingsystem",
    ),
    "platform": ("platform plattform", "app channeltype"),
    "ip_address": (
        "ipaddress ip userip useripaddress clientip cip remoteaddr remoteaddress "
        "ipadresse contextip locationip",
        "host client",
    ),
    "country": (
        "country countrycode geocountry land mpcountrycode locationcountry",
        "geo staat",
    ),
    "region": ("region georegion bundesland", "state province"),
    "city": ("city geocity stadt ort", "town"),
    "language": (
        "language lang locale sprache browserlanguage devicesystemlanguage brlang",
        "",
    ),
    "traffic_source": (
        "trafficsource trafficsourcesource utmsource campaignsource mktsource",
        "source acquisitionchannel channel kanal",
    ),
    "traffic_medium": (
        "trafficmedium trafficsourcemedium utmmedium campaignmedium mktmedium",
        "medium",
    ),
    "traffic_campaign": (
        "trafficcampaign trafficsourcecampaign utmcampaign campaignname mktcampaign "
        "kampagne",
        "campaign",
    ),
    "traffic_term": (
        "trafficterm trafficsourceterm utmterm campaignterm mktterm",
        "term keyword",
    ),
    "traffic_content": (
        "trafficcontent trafficsourcecontent utmcontent campaigncontent mktcontent",
        "content",
    ),
    "order_id": (
        "orderid transactionid ordernumber orderno ordernr bestellnummer bestellnr "
        "bestellung auftragsnummer idorder trorderid purchaseid",
        "order auftrag beleg receipt receiptid receiptnumber",
    ),
    "revenue": (
        "revenue umsatz ordertotal totalprice trtotal amount betrag "
        "purchaserevenue ordervalue bestellwert summe",
        "value total price preis wert eventvalue sum",
    ),
    "currency": (
        "currency currencycode waehrung währung trcurrency eventvaluecurrency",
        "",
    ),
    "tax": ("tax taxtotal steuer mwst ust vat trtax", ""),
    "shipping": ("shipping shippingcost versand versandkosten trshipping", ""),
    "discount": ("discount discounttotal rabatt", ""),
    "coupon": ("coupon couponcode promocode gutschein gutscheincode", ""),
    "product_id": (
        "productid sku itemid artikelnummer artikel artikelnr produktid",
        "product item produkt",
    ),
    "quantity": ("quantity qty menge anzahl", "count units"),
    "engaged_milliseconds": ("engagedmilliseconds engagementtimemsec", ""),
    "event_properties": ("eventproperties properties eventparams", "props attributes"),
    "site_id": ("siteid appid idsite websiteid shopid", "site shop mandant"),
}

# What trackers of one's own call events, besides the names of the seed event_names.
EVENT_WORDS = {
    "page_view": (
        "pageview view pageload seite seitenaufruf seitenansicht aufruf pageviews "
        "pageviewed pv visit"
    ),
    "click": "click klick clicked",
    "product_view": "productview produktansicht artikelansicht produkt viewproduct",
    "add_to_cart": "addtocart cartadd inwarenkorb warenkorb indenwarenkorb addcart",
    "begin_checkout": "begincheckout checkout kasse zurkasse checkoutstart",
    "purchase": "purchase order kauf bestellung gekauft buy bought orderplaced",
    "refund": "refund erstattung storno rueckgabe rückgabe retoure",
    "ping": "ping heartbeat useractive",
}


def plain(name: str) -> str:
    """Return a name in lower case, without blanks and punctuation."""
    return re.sub(r"[\W_]", "", name.lower())


def known_events() -> dict[str, str]:
    """Return the names of the seed event_names and what they are, in lower case."""
    with open(SEED, newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["given"].lower(): row["canonical"] for row in rows}
    return names | {name: name for name in EVENT_WORDS}


def guessed_event(name: str) -> str | None:
    """Return what an event may be that the seed does not know, or None."""
    for ours, words in EVENT_WORDS.items():
        if plain(name) in words.split():
            return ours
    return None
