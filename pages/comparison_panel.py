"""The choice of a comparison in the left panel: two years, or two layers."""

import streamlit as st

from geo.messages import Message, say
from layers import comparison, web, years
from layers.looks import specs
from layers.spec import LayerSpec
from layers.view import ViewState
from pages import layer_panel, reads

BEFORE = 10  # years back from the latest one: what a new comparison shows left of the divider
KINDS = {"": Message("No comparison"), "years": Message("Two years"), "layers": Message("Two layers")}


def show(view: ViewState) -> None:
    """Show the choice, closed until somebody wants it."""
    with st.expander(
        say(Message("Compare"), view.lang), icon=":material/compare:", key="compare", on_change="rerun"
    ) as panel:
        if panel.open:
            choice(view)


def choice(view: ViewState) -> None:
    """Show which comparisons the layers that are on allow, and what is compared."""
    shown, lang = web.shown(view), view.lang
    now = kind_of(view)
    has_years = bool(years.offered(shown))
    possible = {"": True, "years": has_years, "layers": len(sides(shown)) > 1}
    st.session_state["compare-kind"] = now
    st.radio(
        say(Message("What to compare"), lang),
        [kind for kind in KINDS if possible[kind] or kind == now],
        format_func=lambda kind: say(KINDS[kind], lang),
        key="compare-kind",
        label_visibility="collapsed",
        on_change=choose,
    )
    if now == "years" and has_years:
        right_year(view, shown)
    if now == "layers":
        two_layers(view, shown)
    if not has_years:
        nothing = Message(
            "No layer that is on has years. Turn on mining sites, corridors or a figure by unit to compare two years."
        )
        st.caption(say(nothing, lang))


def kind_of(view: ViewState) -> str:
    """Return what a view compares: "years", "layers" or nothing."""
    if not view.compare:
        return ""
    return "layers" if ":" in view.compare else "years"


def sides(shown: list[LayerSpec]) -> list[LayerSpec]:
    """Return the layers that may lie on a side: those that are on, and figures, of which only one is on otherwise."""
    on = {spec.key for spec in shown}
    return [spec for spec in specs().values() if spec.key in on or (spec.shades and web.problem(spec) is None)]


def right_year(view: ViewState, shown: list[LayerSpec]) -> None:
    """Show the choice of the year right of the divider; left is that of the player."""
    offered = sorted({*years.offered(shown), int(view.compare)}, reverse=True)
    st.session_state["compare-year"] = int(view.compare)
    st.selectbox(
        say(Message("Year right of the divider"), view.lang),
        offered,
        key="compare-year",
        on_change=lambda: reads.change(compare=str(st.session_state["compare-year"])),
    )
    st.caption(say(Message("Left of the divider is the year that the player on the map shows."), view.lang))


def two_layers(view: ViewState, shown: list[LayerSpec]) -> None:
    """Show the choice of the layers left and right of the divider."""
    titles = {spec.key: say(spec.title, view.lang) for spec in sides(shown)}
    labels = {"left": Message("Layer left of the divider"), "right": Message("Layer right of the divider")}
    now = dict(zip(labels, view.compare.split(":"), strict=True))
    for side, label in labels.items():
        other = now["right" if side == "left" else "left"]
        st.session_state[f"compare-{side}"] = now[side] if now[side] in titles else None
        st.selectbox(
            say(label, view.lang),
            [key for key in titles if key != other],
            format_func=titles.__getitem__,
            key=f"compare-{side}",
            placeholder=say(Message("Choose a layer"), view.lang),
            on_change=choose_side,
            args=(side,),
        )
    if comparison.read(view, shown) is None:
        st.caption(say(Message("The comparison waits until both of its layers are on."), view.lang))


def choose() -> None:
    """Begin the chosen comparison with what suits the layers that are on, or end it."""
    view = reads.view()
    shown = web.shown(view)
    kind = st.session_state["compare-kind"]
    if kind == "years":
        offered = years.offered(shown)
        last = years.latest(shown) or offered[-1]
        earlier = max((year for year in offered if year <= last - BEFORE), default=offered[0])
        reads.change(compare=str(last), year=earlier if view.year in (None, last) else view.year)
    elif kind == "layers":
        on = [spec.key for spec in shown][-2:]  # those drawn last lie on top: what people look at
        others = [spec.key for spec in sides(shown) if spec.key not in on]
        left, right = [*others[: 2 - len(on)], *on]
        compare_layers(left, right)
    else:
        reads.change(compare="")
        second = [spec.key for spec in shown if spec.shades][1:]  # it would cover the first
        layer_panel.set_layers(set(web.layers_on(view)) - set(second))


def choose_side(side: str) -> None:
    """Put the chosen layer on its side."""
    left, _, right = reads.view().compare.partition(":")
    chosen = st.session_state[f"compare-{side}"]
    if chosen:
        compare_layers(*((chosen, right) if side == "left" else (left, chosen)))


def compare_layers(left: str, right: str) -> None:
    """Compare two layers and turn them on; a figure that lies on neither side would cover one that does."""
    figures = {key for key, spec in specs().items() if spec.shades}
    pair = {left, right}
    on = set(web.layers_on(reads.view())) | pair
    layer_panel.set_layers(on - (figures - pair) if figures & pair else on)
    reads.change(compare=f"{left}:{right}")
