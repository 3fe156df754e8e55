"""The second step of an upload: the check while it runs, what it found, and what can be done about it."""

from datetime import UTC, datetime
from functools import partial
from html import escape

import streamlit as st

from geo.ingest import candidates
from geo.ingest.checking import Checked
from geo.library import shelf
from geo.messages import Language, Message, number, say
from geo.upload import draft_answers, draft_jobs, drafts
from geo.upload.drafts import Draft, Progress
from layers import own_colours
from pages import reads, report_view
from pages.errors import shown_errors
from pages.escaping import plain
from pages.upload_desk import size
from pages.upload_session import doing, open_draft

LOOK_S = 0.5  # how often a running job is looked at
STAGES = {
    "waiting": Message("Waiting for its turn"),
    "opening": Message("Opening the file"),
    "reading": Message("Reading the features"),
    "mending": Message("Checking and mending shapes"),
    "writing": Message("Putting the checked layers aside"),
    "preparing": Message("Preparing the preview"),
}
UNPLACED = {"CRS_MISSING", "CRS_IMPLAUSIBLE", "CRS_UNKNOWN", "CRS_GUESSED", "CRS_ASSUMED", "CRS_DECLARED"}


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
        # What puts the figures on land comes first; which of these it is, only a person knows.
        likely = dict.fromkeys(code for issue in checked.report.issues for code in candidates.codes(issue))
        every = draft_answers.systems()
        named = {code: every.get(code, code) for code in (*likely, *every)}
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
