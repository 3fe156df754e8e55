"""The upload page: a file comes in, its check is told, it is described beside its map, and stored; step by step."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from html import escape
from pathlib import Path

import streamlit as st
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

from geo import draft_answers, draft_jobs, drafts
from geo.drafts import Draft, Progress
from geo.errors import GeoError, UnknownError
from geo.frames import frame
from geo.ingest import limits, worker
from geo.ingest.checking import Checked
from geo.library import shelf
from geo.messages import Language, Message, number, say
from layers import own_colours
from layers.web import layers_on
from pages import layer_zones, reads, report_view, upload_form
from pages.errors import shown_errors
from pages.layer_panel import plain

MOST_MB = 100  # the browser's way: the file passes through the server's memory once; larger ones by command
LOOK_S = 0.5  # how often a running job is looked at
LATELY_S = 3600  # a page that is opened anew within it goes on where this browser was

STEPS = {
    "file": Message("File"),
    "check": Message("Check"),
    "describe": Message("Describe"),
    "stored": Message("On the map"),
}
STAGES = {
    "waiting": Message("Waiting for its turn"),
    "opening": Message("Opening the file"),
    "reading": Message("Reading the features"),
    "mending": Message("Checking and mending shapes"),
    "writing": Message("Putting the checked layers aside"),
    "preparing": Message("Preparing the preview"),
}
STORING = {
    "waiting": Message("Waiting for its turn"),
    "storing": Message("Storing the features and their tiles"),
    "listing": Message("Entering the layer in the catalogue"),
}
STATES = {
    "waiting": Message("not checked yet"),
    "checking": Message("being checked"),
    "checked": Message("checked, to be described"),
    "refused": Message("refused"),
    "storing": Message("being stored"),
    "cancelled": Message("check called off"),
}
FORMATS = (
    "GeoJSON · GeoPackage · Shapefile (zip) · KML, KMZ · GPX · CSV, TSV, XLSX · GeoParquet · FlatGeobuf · TopoJSON"
)
UNPLACED = {"CRS_MISSING", "CRS_IMPLAUSIBLE", "CRS_UNKNOWN", "CRS_GUESSED", "CRS_ASSUMED", "CRS_DECLARED"}


# --- which draft, which step ----------------------------------------------------------------


def browser() -> str:
    """Return a digest of this browser's cookie, to know its uploads again; "" where there is none."""
    cookie = reads.cookie()
    return sha256(cookie.encode()).hexdigest()[:20] if cookie else ""


def current() -> Draft | None:
    """Return the draft that this session works on; after a reload the one that this browser was at."""
    session = st.session_state
    if "upload" not in session:
        mine = [each for each in drafts.drafts(reads.viewer()) if each.is_open and browser() == each.browser != ""]
        is_fresh = mine and (drafts.now() - datetime.fromisoformat(mine[0].changed)).total_seconds() < LATELY_S
        session["upload"] = mine[0].id if is_fresh else ""
    if not session["upload"]:
        return None
    try:
        found = drafts.draft(session["upload"], reads.viewer())
    except UnknownError:
        session["upload"] = ""
        raise
    return None if found.discarded else found


def open_draft(draft_id: str) -> None:
    """Go on with a draft; "" for none."""
    st.session_state["upload"] = draft_id
    st.session_state.pop("upload-report", None)
    st.session_state.pop("upload-tried", None)


def step_of(found: Draft | None) -> str:
    """Return the step that a draft is at."""
    if found is None:
        return "file"
    if found.state == "stored":
        return "stored"
    described = found.answers.get("described") or [0]
    is_described = described[0] == found.check and found.state in {"checked", "storing"}
    return "describe" if is_described and not st.session_state.get("upload-report") else "check"


def doing(action: Callable[..., object], *args: object) -> None:
    """Do something for a button; what goes wrong is told on the next run."""
    try:
        action(*args)
    except GeoError as error:
        st.session_state["upload-error"] = error.message


def rail(step: str, lang: Language) -> None:
    """Show the four steps and where the person is."""
    names = list(STEPS)
    items = []
    for place, name in enumerate(names):
        kind = "here" if name == step else "done" if place < names.index(step) else "next"
        current_step = ' aria-current="step"' if kind == "here" else ""
        items.append(
            f'<li class="{kind}"{current_step}><b>{place + 1}</b><span>{escape(say(STEPS[name], lang))}</span></li>'
        )
    title = escape(say(Message("Bring a layer"), lang))
    st.html(f'<div class="desk-head"><h1>{title}</h1><ol class="rail">{"".join(items)}</ol></div>')


# --- step 1: the file -------------------------------------------------------------------------


def desk(lang: Language) -> None:
    """Show where to drop a file, and the uploads that were not finished."""
    worker.warm()  # while a person looks for the file, its parsers are loaded
    st.html(f"<style>{uploader_words(lang)}</style>")
    aimed(lang)
    with st.container(key="desk", horizontal=True, gap="large"):
        with st.container(key="drop", width="stretch", gap="small"):
            number_of = st.session_state.setdefault("upload-drop", 0)
            file = st.file_uploader(
                say(Message("Drop a file here, or choose one"), lang),
                key=f"file-{number_of}",
                max_upload_size=MOST_MB,
            )
            if file is not None:
                take(file)
            st.html(f'<p class="formats">{escape(FORMATS)}</p>')
            bounds = Message(
                "Up to {mb} MB and {features} features. The file is checked on this server and goes nowhere else.",
                mb=MOST_MB,
                features=limits.FEATURES,
            )
            st.html(f'<p class="bounds">{escape(say(bounds, lang))}</p>')
        with st.container(key="promise", width=380, gap=None):
            promises = (
                (Message("Checked"), Message("Coordinates, reference system, shapes, dates, codes and texts.")),
                (Message("Told"), Message("Each problem with its place, what was mended, and what to do.")),
                (
                    Message("Yours to undo"),
                    Message("Nothing is on the map before you save it, and saving can be undone."),
                ),
            )
            rows = "".join(
                f"<li><b>{escape(say(head, lang))}</b><span>{escape(say(text, lang))}</span></li>"
                for head, text in promises
            )
            st.html(f'<ol class="promises">{rows}</ol>')
    unfinished(lang)


def aimed(lang: Language) -> None:
    """Say which layer the file becomes the next version of, where the person came from one."""
    key = st.session_state.get("upload-target", "")
    found = next((each for each in shelf.layers(reads.viewer()) if each.key == key), None)
    if found is None:
        st.session_state.pop("upload-target", None)
        return
    with st.container(key="aimed", horizontal=True, vertical_alignment="center", gap="small"):
        words = say(Message("The file becomes the next version of “{title}”.", title=found.title), lang)
        st.html(f"<span>{escape(words)}</span>", width="content")
        new = say(Message("Bring a new layer instead"), lang)
        st.button(new, key="not-aimed", type="tertiary", on_click=lambda: st.session_state.pop("upload-target", None))


def uploader_words(lang: Language) -> str:
    """Return CSS that says the uploader's own English words in the reader's language."""
    words = {
        "--choose": Message("Choose a file"),
        "--bound": Message("or drop it here"),
        "--sending": Message("Receiving the file"),
        "--too-large": Message(
            "This file is larger than {mb} MB. Zip it, split it, or bring it by command: python -m geo add.", mb=MOST_MB
        ),
    }
    said = "".join(f"{name}:{css_text(say(text, lang))};" for name, text in words.items())
    return f":root{{{said}}}"


def css_text(text: str) -> str:
    """Return a text as a string of CSS: nothing in it can end it."""
    return '"' + "".join(c if c.isalnum() or c in " .,:-" else f"\\{ord(c):x} " for c in text) + '"'


def take(file: UploadedFile) -> None:
    """Copy an uploaded file to disk, let Streamlit forget it, and begin its check."""
    with forgotten(file):
        found = drafts.receive(file, file.name, viewer=reads.viewer(), browser=browser())
    open_draft(found.id)
    doing(draft_jobs.check, found.id, reads.viewer())
    st.rerun()


@contextmanager
def forgotten(file: UploadedFile) -> Iterator[None]:
    """Let Streamlit hold the bytes of a file no longer, whatever becomes of it; the next one is a new widget."""
    try:
        yield
    finally:
        context = get_script_run_ctx()
        if context is not None and isinstance(context.uploaded_file_mgr, MemoryUploadedFileManager):
            context.uploaded_file_mgr.remove_file(session_id=context.session_id, file_id=file.file_id)
        file.close()
        st.session_state["upload-drop"] += 1


def unfinished(lang: Language) -> None:
    """List the uploads that wait for the person, and those thrown away lately."""
    mine = drafts.drafts(reads.viewer())
    waiting = [each for each in mine if each.is_open]
    gone = [each for each in mine if each.discarded]
    kept = [each for each in mine if each.state == "stored" and not each.discarded]
    if kept:
        lately(kept, lang)
    if not waiting and not gone:
        return
    title = escape(say(Message("Not finished yet"), lang))
    st.html(f'<h2 class="desk">{title}</h2>')
    with st.container(key="unfinished", gap=None):
        for each in waiting:
            row(each, lang)
        for each in gone:
            with st.container(key=f"gone-{each.id}", horizontal=True, vertical_alignment="center", gap="small"):
                words = Message("“{name}” was discarded. It can be had back for a day.", name=each.name)
                st.html(f'<span class="gone">{escape(say(words, lang))}</span>', width="stretch")
                undo = say(Message("Undo"), lang)
                st.button(
                    undo,
                    key=f"back-{each.id}",
                    type="tertiary",
                    on_click=doing,
                    args=(drafts.bring_back, each.id, reads.viewer()),
                )


def lately(kept: list[Draft], lang: Language) -> None:
    """List what was stored within a day, where saving can still be undone."""
    title = escape(say(Message("Stored lately"), lang))
    st.html(f'<h2 class="desk">{title}</h2>')
    with st.container(key="lately", gap=None):
        for each in kept:
            with st.container(key=f"kept-{each.id}", horizontal=True, vertical_alignment="center", gap="small"):
                title = escape(str(each.answers.get("title") or each.name))
                facts = f"{escape(each.name)} · {escape(when(each.changed, lang))}"
                st.html(f'<div class="waiting"><b>{title}</b><span>{facts}</span></div>', width="stretch")
                look = say(Message("Look at it or undo it"), lang)
                st.button(look, key=f"look-{each.id}", type="tertiary", on_click=open_draft, args=(each.id,))


def row(each: Draft, lang: Language) -> None:
    """Show one unfinished upload with what can be done about it."""
    with st.container(key=f"row-{each.id}", horizontal=True, vertical_alignment="center", gap="small"):
        title = str(each.answers.get("title") or "")
        state = say(STATES[each.state], lang)
        facts = f"{size(each.size, lang)} · {when(each.changed, lang)} · {state}"
        named = f"<em>{escape(title)}</em>" if title else ""
        st.html(
            f'<div class="waiting"><b>{escape(each.name)}</b>{named}<span>{escape(facts)}</span></div>', width="stretch"
        )
        st.button(say(Message("Continue"), lang), key=f"on-{each.id}", on_click=open_draft, args=(each.id,))
        st.button(
            say(Message("Discard"), lang),
            key=f"off-{each.id}",
            type="tertiary",
            on_click=doing,
            args=(drafts.discard, each.id, reads.viewer()),
        )


def size(count: int, lang: Language) -> str:
    """Return a size in bytes as people say it."""
    for unit, one in (("MB", 1_000_000), ("kB", 1_000)):
        if count >= one:
            return f"{number(count / one, lang, digits=1)} {unit}"
    return say(Message("{n} byte", "{n} bytes", n=count), lang)


def when(stamp: str, lang: Language) -> str:
    """Return how long ago something was."""
    seconds = int((drafts.now() - datetime.fromisoformat(stamp)).total_seconds())
    for one, words in (
        (86_400, lambda n: Message("{n} day ago", "{n} days ago", n=n)),
        (3_600, lambda n: Message("{n} hour ago", "{n} hours ago", n=n)),
        (60, lambda n: Message("{n} minute ago", "{n} minutes ago", n=n)),
    ):
        if seconds >= one:
            return say(words(seconds // one), lang)
    return say(Message("just now"), lang)


# --- step 2: the check ------------------------------------------------------------------------


def file_line(found: Draft, lang: Language) -> None:
    """Say which file this is about, with its hash, and the way back to the desk."""
    with st.container(key="file-line", horizontal=True, vertical_alignment="center", gap="small"):
        digest = say(Message("SHA-256 {digest}…", digest=found.sha256[:12]), lang)
        facts = f'<span title="{found.sha256}">{escape(size(found.size, lang))} · {escape(digest)}</span>'
        st.html(f'<div class="waiting"><b>{escape(found.name)}</b>{facts}</div>', width="stretch")
        other = say(Message("Put aside, bring another file"), lang)
        st.button(other, key="aside", type="tertiary", on_click=open_draft, args=("",))


@st.fragment(run_every=LOOK_S)
def watched(draft_id: str, stages: dict[str, Message], lang: Language) -> None:
    """Show how far a job is, looked at twice a second; when it ends the page runs anew."""
    with shown_errors(lang):
        found = drafts.draft(draft_id, reads.viewer())
        if found.state not in drafts.RUNNING:
            st.rerun()
        st.html(stages_html(drafts.progress(found), stages, lang))
        st.button(
            say(Message("Cancel"), lang),
            key="cancel",
            on_click=doing,
            args=(drafts.cancel, draft_id, reads.viewer()),
            disabled=drafts.is_cancelled(draft_id),
        )


def stages_html(told: list[Progress], stages: dict[str, Message], lang: Language) -> str:
    """Return the stages of a job: what is done, what runs and how far it is, what comes."""
    names = list(stages)
    # A file of several layers is read and mended again and again: the farthest stage is where it is.
    known = [each for each in told if each.stage in names]
    latest = max(known, key=lambda each: names.index(each.stage), default=None)
    here = latest.stage if latest is not None else names[0]
    share = latest.share if latest is not None else None
    rows = []
    for name in names:
        if name == "waiting" and here != "waiting":
            continue
        kind = "now" if name == here else "done" if names.index(name) < names.index(here) else "next"
        bar = ""
        if kind == "now":
            inner = '<i class="unknown"></i>' if share is None else f'<i style="width:{round(100 * share)}%"></i>'
            bar = f'<div class="bar">{inner}</div>'
        rows.append(f'<li class="{kind}"><span>{escape(say(stages[name], lang))}</span>{bar}</li>')
    seconds = 0.0
    if told:
        seconds = (datetime.now(UTC) - min(datetime.fromisoformat(each.began) for each in told)).total_seconds()
    elapsed = say(Message("{n} s", n=number(max(0.0, seconds), lang, digits=0)), lang)
    listed = f'<ol class="stages">{"".join(rows)}</ol>'
    return f'<div class="job" role="status">{listed}<p class="elapsed">{escape(elapsed)}</p></div>'


def check_step(found: Draft, lang: Language) -> None:
    """Show the check of a draft: while it runs, and what it found."""
    file_line(found, lang)
    if found.state == "checking":
        watched(found.id, STAGES, lang)
        return
    if found.problem is not None:
        st.warning(plain(say(found.problem, lang)), icon=":material/info:")
    if found.state in {"waiting", "cancelled"}:
        if found.state == "cancelled":
            st.info(say(Message("The check was called off. The file is kept; check it again or discard it."), lang))
        again(found, lang, primary=True)
        return
    checked = drafts.findings(found)
    with st.container(key="check-page", horizontal=True, vertical_alignment="top", gap="large"):
        findings = st.container(key="findings", width="stretch", gap="small")
        following = st.container(key="following", width=400, gap="small")
    with following:
        if found.state == "refused":
            refused(found, checked, lang)
        else:
            choose(found, checked, lang)
    with findings:
        report_view.show(checked.report, checked.layers, lang, key=f"{found.id}-{found.check}")


def refused(found: Draft, checked: Checked, lang: Language) -> None:
    """Show what can be done with a file of which nothing can be stored."""
    following_head(Message("What now"), lang)
    words = Message("Nothing of this file was stored. Mend it as the report says, then bring it again.")
    st.html(f'<p class="about">{escape(say(words, lang))}</p>')
    is_asked = placing(found, checked, lang)
    with st.container(key="actions", horizontal=True, gap="small"):
        another = say(Message("Bring another file"), lang)
        kind = "secondary" if is_asked else "primary"
        st.button(another, key="another", type=kind, on_click=open_draft, args=("",))
        discard(found, lang)


def following_head(words: Message, lang: Language) -> None:
    """Show the heading of what comes next."""
    st.html(f'<p class="following">{escape(say(words, lang))}</p>')


def again(found: Draft, lang: Language, *, primary: bool = False) -> None:
    """Show the buttons of a check that did not come to its end."""
    with st.container(key="actions", horizontal=True, gap="small"):
        st.button(
            say(Message("Check the file"), lang),
            key="again",
            type="primary" if primary else "secondary",
            on_click=doing,
            args=(draft_jobs.check, found.id, reads.viewer()),
        )
        discard(found, lang)


def discard(found: Draft, lang: Language) -> None:
    """Show the button that throws a draft away."""

    def throw() -> None:
        doing(drafts.discard, found.id, reads.viewer())
        open_draft("")

    st.button(say(Message("Discard"), lang), key="discard", type="tertiary", on_click=throw)


def placing(found: Draft, checked: Checked, lang: Language) -> bool:
    """Let the person say in which reference system the coordinates are; tell whether that is a question at all."""
    if not {issue.code for issue in checked.report.issues} & UNPLACED:
        return False
    with st.expander(
        say(Message("Say in which reference system the coordinates are"), lang),
        icon=":material/my_location:",
        expanded=found.state == "refused",
        key="placing",
    ):
        named = draft_answers.systems()
        chosen = st.selectbox(
            say(Message("Reference system"), lang),
            list(named),
            index=None,
            format_func=lambda code: f"{named[code]} · {code}" if code in named else code,
            placeholder=say(Message("Choose one, or write its code: EPSG:3116"), lang),
            accept_new_options=True,
            key=f"crs-{found.id}",
        )
        st.button(
            say(Message("Check again"), lang),
            key="declare",
            type="primary" if found.state == "refused" else "secondary",
            disabled=not chosen,
            on_click=declare,
            args=(found.id, chosen or ""),
        )
    return True


def declare(draft_id: str, crs: str) -> None:
    """Check a file again in the reference system that the person says."""
    code = crs.strip().upper()
    code = f"EPSG:{code}" if code.isdigit() else code
    if not draft_answers.is_crs(code):
        st.session_state["upload-error"] = Message(
            "“{crs}” is no reference system that is known here. Write its code, as EPSG:3116.", crs=crs
        )
        return
    doing(partial(draft_jobs.check, draft_id, reads.viewer(), crs=code))


def choose(found: Draft, checked: Checked, lang: Language) -> None:
    """Let the person choose the layer where a file has several, and go on."""
    following_head(Message("What now"), lang)
    chosen: int | None = 0
    facts = checked.report.layers
    if len(facts) > 1:
        chosen = st.radio(
            say(Message("Which layer do you bring? The others stay in the file, which you can bring again."), lang),
            range(len(facts)),
            format_func=lambda place: f"**{plain(facts[place].name)}** · {features_words(facts[place].features, lang)}",
            captions=[" · ".join(filter(None, (" + ".join(each.geometry_types), each.crs))) for each in facts],
            index=min(int(found.answers.get("layer") or 0), len(facts) - 1),
            key=f"layer-{found.id}",
        )
    else:
        words = Message("Give it a title and its source, and look at it on the map. Nothing is stored until you save.")
        st.html(f'<p class="about">{escape(say(words, lang))}</p>')
    with st.container(key="actions", horizontal=True, gap="small"):
        on = say(Message("Describe this layer"), lang)
        st.button(on, key="describe", type="primary", on_click=describe, args=(found, int(chosen or 0)))
        discard(found, lang)
    placing(found, checked, lang)


def features_words(count: int, lang: Language) -> str:
    """Return a number of features in words."""
    return say(Message("{n} feature", "{n} features", n=count), lang)


def describe(found: Draft, layer: int) -> None:
    """Go on to describe a layer; what was filled in for it already stays."""
    st.session_state.pop("upload-report", None)
    if found.answers.get("described") == [found.check, layer]:
        return

    def begin() -> None:
        answers = draft_answers.describing(found, layer)
        # Its colour goes with its first title, and does not change while somebody types another.
        answers["colour"] = own_colours.colour_of(answers["title"], shelf.PLAIN)
        drafts.fill(found.id, reads.viewer(), **answers)

    doing(begin)


# --- step 4: stored ---------------------------------------------------------------------------


def stored(found: Draft, lang: Language) -> None:
    """Say that the layer is stored, where it leads, and what it touches."""
    try:
        layer = shelf.layer(found.key, reads.viewer())
        version = layer.version(found.version)
    except UnknownError as error:  # somebody deleted it on the layers page
        st.info(plain(say(error.message, lang)))
        another = say(Message("Bring another file"), lang)
        st.button(another, key="another", type="primary", on_click=open_draft, args=("",))
        return
    words = Message("“{title}” is stored as version {n}.", title=layer.title, n=found.version)
    facts = " · ".join([features_words(version.features, lang), version.about.marking, found.name])
    with st.container(key="stored", gap="small"):
        st.html(f'<div class="stored"><b>{escape(say(words, lang))}</b><span>{escape(facts)}</span></div>')
        with st.container(key="actions", horizontal=True, vertical_alignment="center", gap="small"):
            on_map = reads.view().but(page="map", **sight(version.bounds), feature="", zone="")
            on_map = on_map.but(layers=tuple(sorted({*layers_on(on_map), layer.key})))
            with st.container(key="to-map", width="content"):
                st.page_link(
                    "map.py",
                    label=say(Message("Open on the map"), lang),
                    icon=":material/map:",
                    query_params=on_map.to_query(),
                )
            if Path(__file__).with_name("library.py").is_file():
                with st.container(key="to-layers", width="content"):
                    st.page_link(
                        "library.py",
                        label=say(Message("All layers"), lang),
                        query_params=reads.view().but(page="layers").to_query(),
                    )
            st.button(say(Message("Bring another file"), lang), key="another", on_click=open_draft, args=("",))
            st.button(
                say(Message("Undo"), lang),
                key="undo",
                type="tertiary",
                icon=":material/undo:",
                help=say(Message("Take the layer out of the catalogue again and return to its description"), lang),
                on_click=doing,
                args=(draft_jobs.take_back, found.id, reads.viewer()),
            )
    with shown_errors(lang):
        layer_zones.show(found.key, reads.view())


def sight(bounds: tuple[float, float, float, float] | None) -> dict[str, object]:
    """Return where the map looks to show a layer whole."""
    if bounds is None:
        return dict(reads.NOWHERE)
    lat, lon, zoom = frame(bounds)
    return {"lat": lat, "lon": lon, "zoom": zoom}


# --- the page ---------------------------------------------------------------------------------


def main() -> None:
    """Show the step that the person is at."""
    lang = reads.lang()
    st.html(Path(__file__).with_name("upload.css"))
    with st.container(key="upload-page", gap="small"):
        problem = st.session_state.pop("upload-error", None)
        found = None
        with shown_errors(lang):
            found = current()
        step = step_of(found)
        rail(step, lang)
        if problem is not None:
            st.error(plain(say(problem, lang)), icon=":material/error:")
        with shown_errors(lang):
            if found is None:
                desk(lang)
            elif step == "check":
                check_step(found, lang)
            elif step == "describe" and found.state == "storing":
                file_line(found, lang)
                watched(found.id, STORING, lang)
            elif step == "describe":
                upload_form.show(found, lang)
            else:
                stored(found, lang)


main()
