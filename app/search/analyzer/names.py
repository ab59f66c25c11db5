"""Names with dots: which are domains, which are files, and which are two words without a blank between them."""

from app.search.analyzer.word_lists import words_of

# Endings of files that desks meet. Where an ending is a country's too (.sh, .py, .md), two parts make a file.
_FILE_ENDINGS = words_of("""
    7z apk bat bin bmp cab cer cfg chm class cmd conf cpl crt csr css csv dat db dll dmg doc docm docx dot
    dotm eml evtx exe gif gz hta htm html ico img ini ipa iso jar jpeg jpg js json jsp key lnk log lua md
    mp3 mp4 msg msi msix odt ods one p12 p7b pcap pcapng pdf pem pfx php pl png pot potx ppt pptm pptx ps1
    psm1 pst py rar reg rtf scr sh sql svg sys tar tgz tif tiff tmp toml ts txt url vbe vbs wav webp wim wsf
    xls xlsb xlsm xlsx xml yaml yml zip
    """)
# Top-level domains beside those of two letters, which are all taken for countries.
_TOP_LEVEL = words_of("""
    academy agency app arpa asia bank biz blog buzz bond cam care cat center cfd click cloud club co codes
    com community company consulting corp cyou date design dev digital direct domain edu email energy events
    example expert exchange finance fun fund fyi global goog google gov group guru help home host icu info
    ink int internal intra invalid jobs kim lan land legal life link live loan local localdomain localhost
    lol ltd marketing media men microsoft mil mobi money monster museum name net network news ninja nyc
    observer onion online org osaka page party plus pro quest racing red rest review rip rocks run sale
    science security services shop site software solutions space store stream study style support systems
    tech technology test tips today tokyo tools top trade travel tube university uno vip watch webcam
    website wiki win work works world wtf xxx xyz yokohama zone
    """)
# Under these second levels of countries anybody may have a domain: they are nobody's own.
_SHARED = words_of("ac ad co com ed edu go gov gr lg ltd ne net nom or org")
_COUNTRY = 2
# A name of more parts than this is looked at in its last ones only.
_MOST_LABELS = 10


def is_domain(labels: list[str], *, is_defanged: bool) -> bool:
    """Whether a name is a domain; a defanged one is, whatever it ends in."""
    last = labels[-1]
    if is_defanged:
        return True
    if last.startswith("xn--") or last in _TOP_LEVEL:
        return True
    is_country = len(last) == _COUNTRY and last.isascii() and last.isalpha()
    return is_country and len(labels[-2]) > 1


def is_file_name(labels: list[str]) -> bool:
    """Whether a name is a file's; where it might be a domain as well, two parts make a file."""
    last = labels[-1]
    return last in _FILE_ENDINGS and (len(last) != _COUNTRY or len(labels) == _COUNTRY)


def parents(labels: list[str]) -> list[tuple[str, int]]:
    """The domains above a domain that somebody may own, and how many labels each leaves out, the longest first."""
    above: list[tuple[str, int]] = []
    for left_out in range(max(1, len(labels) - _MOST_LABELS), len(labels) - 1):
        rest = labels[left_out:]
        if len(rest) == _COUNTRY and len(rest[1]) == _COUNTRY and rest[0] in _SHARED:
            break
        above.append((".".join(rest), left_out))
    return above
