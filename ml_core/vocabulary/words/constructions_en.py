"""English clauses by their construction: name -> patterns (:mod:`...understanding.constructions.patterns`).

What a construction does is in :mod:`...understanding.constructions.building`. A pattern is a regular expression in
which a space stands for any whitespace, and ``{kind}`` or ``{kind2}`` is a slot.
"""

from __future__ import annotations

_COLOR = "(?:paint|color|colour|make|dye|turn|recolor|repaint)"
_PUT = "(?:put|place|set|stand|lay|add|drop|position)"
_TURN = "(?:rotate|turn|spin|twist|swivel|pivot)"
_MAKE = "(?:make|have|let|get)"
_MOVE = "(?:move|push|pull|shift|slide|bring|drag|nudge|scoot|shove)"
_TOWARDS = "(?:towards?|closer to|nearer to|nearer|in the direction of)"
_AWAY = "(?:away from|(?:further|farther)(?: away)? from)"
_GO = "(?:push|put|place|move|shove|slide|set|stand|lean|bring|position|tuck)"
_HANG = "(?:hang|mount|line up|line|arrange|align)(?: up)?"
_AT = "(?:against|along|at|to|by|on|next to|near|beside|close to)"
_OF_ROOM = "(?: of (?:the|this) (?:room|scene|floor))?"
_TAKE = "(?:delete|remove|erase|clear|wipe|get rid of|take away)"
_OFF = "(?:from|off(?: of)?|out of)"
_EXCEPT = "(?:except(?: for)?|but(?: not)?|apart from|other than|besides)"
_LINE = "(?:line up|line|arrange|align|put|place|set|stand)"
_APART = "(?:apart|from each other)(?: from each other)?"
_BETWEEN = "(?:of (?:space|distance|room) )?(?:between|in between|apart)(?: (?:them|each|each of them|each one))?"
_ROOMS = "(?:scene|room|file|house|street|garden|kitchen|office|lobby|workshop|hall|bedroom|bathroom|yard|park|shop)"
_HERE = f"(?: here| in here| in (?:the|this) {_ROOMS})?"

CONSTRUCTIONS: dict[str, tuple[str, ...]] = {
    "undo": (
        "(?:(?:hmm|no|oh|oops|whoops|wait|wrong|not that|sorry|please)[ ,.!]*)*undo(?: (?:that|it|this|"
        "the last (?:step|thing|"
        "change|command)))?(?: again)?",
    ),
    "take_off": (
        "(?:remove|take off|take away|shave(?: off)?|get rid of|delete|lose) {objects}'s? {worn}",
        "take {objects}'s? {worn} off",
    ),
    "dye": (
        "{objects}(?:'s?)? {worn} (?:should|must|needs? to|ha(?:s|ve) to) be {dye}",
        "{objects}(?:'s?)? {worn} (?:should|must|needs? to|ha(?:s|ve) to) be {dye},? (?:and )?not [a-z ]+",
        f"{_COLOR} {{objects}}(?:'s?)? {{worn}} {{dye}}",
        f"{_COLOR} {{objects}}(?:'s?)? {{worn}} {{dye}},? not [a-z ]+",
        "(?:change|set) the colou?r of {objects}'s? {worn} to {dye}", "(?:change|set) {objects}'s? {worn} to {dye}",
    ),
    "change_into": (
        "(?:change|swap|switch|exchange|replace) {objects}(?:'s?)? {worn} (?:to|into|for|with|by) {look}",
        "(?:change|swap) {objects} (?:in)?to {look}",
    ),
    "dress_in": (
        "(?:dress|put) {objects} (?:up )?in {look}",
        "(?:have|let|make) {objects} (?:all )?wear {look}",
        "{objects} (?:should|must) (?:all )?wear {look}",
    ),
    "undo_times": (
        "undo (?:the )?(?:last |previous )?{count}(?: (?:things?|steps?|times|changes?|commands?|actions?))?"
        "(?: i did)?",
    ),
    "label_as": (
        "(?:label|mark|tag|classify) {objects} as {noun}",
        "{objects} (?:is|are) {noun}(?:,? not .+)?", "(?:set|change) the label of {objects} to {noun}",
    ),
    "swap_two": ("(?:swap|switch|exchange) {objects}(?: around| places| positions)?",),
    "wear": (
        "put on {clothes}", "give {objects} {clothes}", "(?:have|let|make) {objects} (?:put on|wear) {clothes}",
        "{objects} (?:should|must|has to|needs to|is to) (?:wear|put on) {clothes}",
    ),
    "add_looking": (
        "add {type} (?:that (?:looks|points|is aimed)|looking|pointing|pointed|aimed) (?:at|to|towards?) {anchors}",
        "add {type} that (?:faces|shows) {anchors}", "add {type} facing {anchors}",
    ),
    "save_as": ("save(?: (?:it|this|the (?:file|scene|room)|everything))? as {name}",),
    "count_elements": (
        "how many {element} (?:are there|are (?:there )?in (?:the|this) (?:scene|room|file)|does (?:the|this) (?:scene|"
        "room|file) have|do (?:i|we) have)(?: in (?:the|this) (?:scene|room))?",
        "how many {element} (?:does|do) {objects} have", "how many {element} are(?: there)? in {objects}",
    ),
    "compare": (
        "(?:is|are) {objects} {comparative} than {anchors}",
        "(?:tell me |check )?(?:if|whether) {objects} (?:is|are) {comparative} than {anchors}",
    ),
    "apart": (
        "(?:measure|tell me|what is|what's|give me|check) the (?:distance|gap|space) (?:between|of) {objects}",
        "(?:measure|tell me|what is|what's|give me) the (?:distance|gap) from {objects} to {anchors}",
        "how far apart are {objects}", "how far (?:away )?(?:is|are) {objects} (?:away )?from {anchors}",
        "how much (?:space|room|distance) is (?:there )?between {objects}",
    ),
    "which_of_two": ("(?:which|what|who)(?: one)? is {comparative}[,:]? {objects},? or {anchors}",),
    "compare_numbers": (
        f"are there (?:more|fewer|less) {{objects}} than {{anchors}}{_HERE}",
        f"do (?:i|we) have (?:more|fewer|less) {{objects}} than {{anchors}}{_HERE}",
    ),
    "who_is_most": (f"(?:tell me )?who(?:'s| is) (?:the )?{{superlative}}(?: person| one)?{_HERE}",),
    "count_sized": (
        "(?:which|what) {objects} (?:is|are) {comparative} than {length}",
        "how many {objects} are {comparative} than {length}",
    ),
    "lights_up": (
        "(?:brighten|turn up) {lights} {degree}", "(?:make|turn|get) {lights} {degree} brighter",
        "turn {lights} up {degree}", "(?:brighten|turn up) {lights}(?: up)?", "(?:make|turn|get) {lights} brighter",
        "turn {lights} up", "(?:make|turn|get) {lights} {factor} (?:times )?(?:as bright|brighter)",
        "(?:brighten|turn up) {lights} by {percent}", "(?:make|turn) {lights} {percent} brighter",
        "turn {lights} up by {percent}",
    ),
    "lights_down": (
        "(?:dim|darken|turn down) {lights} {degree}", "turn {lights} down {degree}",
        "(?:make|turn|get) {lights} {degree} (?:dimmer|darker|less bright)",
        "(?:dim|darken|turn down) {lights}(?: down)?", "(?:make|turn|get) {lights} (?:dimmer|darker|less bright)",
        "turn {lights} down", "(?:dim|darken|turn down) {lights} (?:by |to )?{percent}",
        "(?:make|turn) {lights} {percent} (?:dimmer|darker|less bright)", "turn {lights} down (?:by )?{percent}",
    ),
    "deselect_all": (
        "(?:nothing|no objects?) should be selected", "i want nothing selected", "(?:select|pick) nothing",
    ),
    "tidy": ("(?:tidy|clean|clear) (?:everything|it all|the scene|this scene|all of it|it) up",),
    "view": (
        "(?:show|give|get)(?: me)? (?:the|a) {view} view",
        "(?:show|give|get)(?: me)? (?:the|a) view from (?:the )?{view}",
        "(?:switch|go|change|jump) to (?:the |a )?{view} view",
        "(?:look|view(?: it)?|show (?:it|me)|let me (?:see|look)|i want to (?:see it|look))(?: down)? from (?:the )?"
        "{view}", "(?:look|view) through the {view}", "(?:the )?{view} view",
    ),
    "view_of": (
        "(?:look at|show me|show|view|let me see|i want to see) {objects} from (?:the )?{view}",
    ),
    "frame": (
        "(?:frame|focus on|zoom (?:to|in on|on)|center the view on|look at|find|go to) {objects}",
        "(?:bring|get) {objects} into view",
    ),
    "duplicate": (
        "(?:duplicate|copy|clone) {objects}",
        "make (?:me )?(?:a|another|one more|a second|a further|a new) (?:copy|duplicate) of {objects}",
    ),
    "keep_delete": (
        "keep {objects} (?:and|but|,) ?(?:delete|remove|erase|get rid of) (?:all )?(?:the other ones|the others)",
    ),
    "invert_selection": ("(?:invert|reverse|flip)(?: the| my)? selection",),
    "hide_unselected": (
        "hide (?:everything|all|what|whatever|the objects|all objects)(?: that)? (?:isn't|is not|aren't|are not|not) "
        "selected", "hide (?:everything |all |all the )?(?:un|non-?)selected(?: objects| things)?",
    ),
    "delete_keep": ("(?:delete|remove|erase|get rid of) {objects}[ ,]+(?:but|and) keep {kept}",),
    "delete_from": (
        f"{_TAKE} {{objects}} {_OFF} (?:the top of )?{{anchors}},? {_EXCEPT} {{kept}}",
        f"{_TAKE} {{objects}} {_OFF} (?:the top of )?{{anchors}}",
    ),
    "hide_from": (
        f"hide {{objects}} {_OFF} {{anchors}},? {_EXCEPT} {{kept}}", f"hide {{objects}} {_OFF} {{anchors}}",
    ),
    "select": ("(?:select|pick|choose) {objects}",),
    "hide": ("(?:hide|conceal) {objects}",),
    "show": ("(?:unhide|show) {objects}",),
    "delete": (
        "(?:delete|remove|erase|get rid of) {objects}",
        "i(?:'m| am) (?:done|finished) with {objects}[ ,]+(?:bin|delete|remove|trash|toss) (?:it|them)",
    ),
    "count": (f"how many {{objects}} are (?:there|here|in here|in (?:the|this) {_ROOMS})",
              f"how many {{objects}} are there in (?:the|this) {_ROOMS}",
              "are there any {objects}",
              "are there (?:more|less|fewer) than \\w+ {objects}(?: in here| here| in the scene)?"),
    "count_related": (
        "how many {objects} (?:are|stand|sit|lie|hang)(?: there)? {relation} {anchors}",
        "(?:which|what) {objects} (?:are|is|stands?|sits?|lies?|hangs?) {relation} {anchors}",
    ),
    "count_there": (f"(?:is|are) there (?:an? |any |some )?{{objects}}{_HERE}", "do (?:i|we) have (?:an? |"
        "any )?{objects}"
                    f"{_HERE}", f"how many {{objects}} (?:do (?:i|we) have|does (?:it|the scene) have){_HERE}"),
    "count_floor": (
        "(?:what|which (?:things|objects))(?:'s| is| are| stands?| lies?| sits?)?(?: standing| lying| sitting)? "
        "on the (?:floor|ground)",
        "(?:show|tell) me what(?:'s| is) on the (?:floor|ground)",
    ),
    "count_at": (
        "(?:what|which (?:things|objects))(?:'s| is| are| stands?| lies?| sits?)(?: standing| lying| sitting)? "
        "{relation} {anchors}",
        "(?:what|which) (?:things|objects) (?:are|stand|lie|sit) {relation} {anchors}",
        "(?:show|tell) me (?:what(?:'s| is| stands| lies| sits)?|everything that(?:'s| is)) {relation} {anchors}",
    ),
    "color_of": (
        "(?:tell me )?(?:what|which) colou?r(?:s)? (?:is|are) {objects}",
        "(?:tell me )?(?:what|which) colou?rs? (?:does|do) {objects} have",
        "(?:what is|what's|tell me|show me|what are) the colou?rs? of {objects}",
    ),
    "which_is_most": (
        f"(?:tell me |show me |find out )?(?:which|what) (?:of )?{{objects}} (?:is|are) (?:the )?{{superlative}}"
        f"{_HERE}",
    ),
    "which_most": (f"(?:tell me )?(?:which|what)(?: one|'?s)?(?: is| are)? {{objects}}{_HERE}",),
    "to_wall": (
        "(?:push|put|place|move|shove|slide|set|stand|lean) {objects} (?:up |flat )?(?:back )?(?:against|on) (?:the|a) "
        "(?:nearest )?wall",
        "{objects} (?:should (?:be|stand|go)|goes|go|belongs) against the wall",
        "{objects} (?:should (?:be|stand|go)|goes|go|belongs) against the {side}(?:[- ]hand)?(?:[- ]side)? wall",
        f"{_GO} {{objects}} (?:up |flat )?{_AT} the {{side}}(?:[- ]hand)?(?:[- ]side)? wall(?: of (?:the|this) room)?",
        f"{_GO} {{objects}} {_AT} the wall (?:on|to|at) the {{side}}(?: side)?",
        f"{_HANG} {{objects}} (?:on|along|against) (?:the|a) (?:nearest )?wall",
        f"{_HANG} {{objects}} (?:on|along|against) the {{side}}(?:[- ]hand)?(?:[- ]side)? wall{_OF_ROOM}",
        f"{_HANG} {{objects}} (?:on|along|against) the wall (?:on|to|at) the {{side}}(?: side)?",
    ),
    "to_corner": (
        f"{_GO} {{objects}} (?:over )?(?:in|into|to) (?:the|a|one) (?:(?:nearest|empty|free) )?corner{_OF_ROOM}",
        f"{_GO} {{objects}} (?:over )?(?:in|into|to) (?:the|a|one) {{side}}(?:[- ]hand)? corner{_OF_ROOM}",
        f"{_GO} {{objects}} (?:over )?(?:in|into|to) the {{side}}[ -]{{side2}}(?:[- ]hand)? corner{_OF_ROOM}",
        f"{_GO} {{objects}} (?:over )?(?:in|into|to) the corner (?:on|to) the {{side}}(?: side)?",
        "(?:corner|tuck) {objects} (?:away )?(?:in|into) (?:the|a) corner",
    ),
    "add_wall": (
        f"{_PUT} {{new}} (?:up |flat )?{_AT} (?:the|a) (?:nearest )?wall",
        f"{_PUT} {{new}} (?:up |flat )?{_AT} the {{side}}(?:[- ]hand)? wall",
    ),
    "add_corners": (
        f"{_PUT} {{new}} (?:in|into|at) (?:each|every|all(?: of)?(?: the)?(?: four)?) (?:corners?|corner){_OF_ROOM}",
    ),
    "add_corner": (
        f"{_PUT} {{new}} (?:in|into) (?:the|a|one) (?:(?:nearest|empty|free) )?corner{_OF_ROOM}",
        f"{_PUT} {{new}} (?:in|into) (?:the|a) {{side}}(?:[- ]hand)? corner{_OF_ROOM}",
        f"{_PUT} {{new}} (?:in|into) the {{side}}[ -]{{side2}}(?:[- ]hand)? corner{_OF_ROOM}",
    ),
    "grow": (
        "{make} {objects} {length} {comparative}", "(?:i'd like|i want|i need) {objects} (?:to be )?{length} "
        "{comparative}", "{objects} (?:should|needs to|must|has to) be {length} {comparative}",
    ),
    "grow_a_bit": (
        "(?:i'd like|i want|i need|make|have) {objects} (?:to be )?{degree} {comparative}",
        "{objects} (?:should|could|needs to|must|has to) be {degree} {comparative}",
    ),
    "grow_share": (
        "make {objects} {percent} {comparative}", "make {objects} {comparative} by {percent}",
        "{objects} (?:should|needs to|must|has to) be {percent} {comparative}",
    ),
    "times_as": ("make {objects} {factor} (?:times )?as {adjective}(?: as (?:it is|now|before))?",),
    "swap_places": (
        "(?:swap|switch|exchange) (?:the )?(?:positions?|places?|locations?) of {objects} and {anchors}",
        "(?:swap|switch|exchange) {objects} and {anchors}(?:'s)? (?:positions?|places?)",
        "let {objects} and {anchors} (?:swap|switch|trade) places",
        "(?:swap|switch|exchange) {objects} and {anchors}(?: around)?",
    ),
    "swap_with": (
        "(?:swap|switch|exchange) {objects} with (?!an? |another |some |one ){anchors}",
        "(?:swap|switch|exchange) {objects} with (?!an? |another |some |one ){anchors} around",
    ),
    "to_center": (
        f"{_PUT} {{objects}} (?:right |exactly )?(?:in|at|into|to) the (?:middle|center|centre)(?: of (?:the|this) "
        "(?:room|scene|floor))?",
        "(?:move|bring|center|centre) {objects} (?:in|to|into) the (?:middle|center|centre)(?: of (?:the|this) "
        "(?:room|scene|floor))?", "(?:center|centre) {objects}(?: in the (?:room|scene))?",
    ),
    "to_center_of": (
        f"(?:{_PUT}|move|bring|center|centre) {{objects}} (?:right |exactly )?(?:(?:in|at|into|to|on) the "
        "(?:middle|center|centre) of|on the center of) {anchors}", "(?:center|centre) {objects} on {anchors}",
    ),
    "to_floor": (
        "(?:drop|lower|put|place|bring|set|snap|lay|settle|move) {objects} (?:down )?(?:on|onto|to) the "
        "(?:floor|ground)",
    ),
    "towards": (
        f"{_MOVE} {{objects}} (?:by )?{{length}} {_TOWARDS} {{anchors}}",
        f"{_MOVE} {{objects}} {_TOWARDS} {{anchors}} by {{length}}",
        "(?:move|push|pull|shift|slide|drag|nudge|scoot|shove) {objects} towards? {anchors}",
    ),
    "away": (
        f"{_MOVE} {{objects}} (?:by )?{{length}} {_AWAY} {{anchors}}",
        f"{_MOVE} {{objects}} {_AWAY} {{anchors}} by {{length}}",
        f"{_MOVE} {{objects}} {_AWAY} {{anchors}}",
    ),
    "stack": (
        "(?:stack|pile)(?: up)? {objects}(?: up)?(?: on top of (?:each other|one another)| into (?:a|"
        "one) (?:pile|stack|"
        "tower))?", f"{_PUT} {{objects}} on top of (?:each other|one another)",
    ),
    "copy_to": (
        "(?:copy|duplicate|clone) {objects} (?:onto|on top of) {surface}",
        "(?:copy|duplicate|clone) {objects}(?:,? and| then|,)? (?:put|place|set|stand|drop) (?:the (?:copy|copies|"
        "duplicate|clone|new one)|it|them|one) {relation} {anchors}",
        f"{_PUT} (?:a|another|one) (?:copy|duplicate|clone) of {{objects}} {{relation}} {{anchors}}",
        "(?:copy|duplicate|clone) {objects}(?:,? and| then|,)? (?:put|place|set|stand|drop) (?:the (?:copy|copies|"
        "duplicate|clone|new one)|it|them|one) (?:in|at|on) the (?:middle|center|centre) of {surface}",
    ),
    "between": ("(?:center|centre) {objects} between {anchors}",),
    "copy_row": ("make {count} (?:copies|duplicates|clones) of {objects} in a (?:row|line)",),
    "match_size": (
        "make {objects} {factor} (?:times )?as {adjective} as {anchors}",
        "(?:make|scale|resize) {objects} (?:to )?the same {dimension}",
        "make {objects} (?:just |exactly )?as {adjective} as {anchors}",
        "(?:make|scale|resize) {objects} (?:to )?(?:the same|to the) {dimension} (?:as|of) {anchors}",
    ),
    "match_color": (
        f"{_COLOR} {{objects}} (?:in )?the same colou?r as {{anchors}}",
        "give {objects} the (?:same )?colou?r (?:of|as) {anchors}",
        f"{_COLOR} {{objects}} (?:like|to match) {{anchors}}",
    ),
    "render_at": (
        "render(?: (?:me )?(?:an?|the|this|it))?(?: (?:picture|image|still|frame|scene|shot|view))?(?: (?:at|in|"
        "with|of|"
        "as))?(?: a (?:size|resolution) of)? {resolution}(?: pixels| px| resolution)?",
    ),
    "add_center": (f"{_PUT} {{new}} (?:right |exactly )?(?:in|at|into) the (?:middle|center|centre)(?: of (?:the|this) "
                   "(?:room|scene|floor))?",),
    "brighter": (
        "(?:it's|its|it is|the (?:room|scene|picture) is|this is) (?:way |far |much |a bit |still |just )*too dark"
        "(?: in here| here)?",
        "(?:make|get) (?:it|the room|the scene) (?:a bit |a little |much )?brighter(?: in here)?",
    ),
    "light": (
        "(?:i(?:'d like| want| need)|give me|make it|use|set up|try)(?: an?| some)? {preset} (?:sky|light|"
        "lights|lighting|weather|mood)",
        "{preset} (?:light|lighting|lights|sky)", "(?:make|turn) (?:it|this|the scene|the room|everything)(?: look)?"
        "(?: like| into)?(?: an?)? {sky}",
        "(?:light (?:it|this|the scene|the room)|the light(?:ing)? should (?:be|look|feel)) (?:like )?(?:an? )?{preset}"
        "(?: (?:day|sky|weather))?",
    ),
    "turn_about_axis": (
        f"{_TURN} {{objects}} (?:by )?{{angle}} (?:around|about|on|along|over|in) (?:the |its )?{{axis}}(?:[ -]axis)?",
        f"{_TURN} {{objects}} (?:around|about|on|along) (?:the |its )?{{axis}}(?:[ -]axis)? by {{angle}}",
    ),
    "turn_clockwise": (
        f"{_TURN} {{objects}} (?:by )?{{angle}} (?:clockwise|to the right)", f"{_TURN} {{objects}} clockwise (?:by )?"
        "{angle}",
    ),
    "turn_counterclockwise": (
        f"{_TURN} {{objects}} (?:by )?{{angle}} (?:(?:counter|anti)[- ]?clockwise|to the left)",
        f"{_TURN} {{objects}} (?:counter|anti)[- ]?clockwise (?:by )?{{angle}}",
    ),
    "turn_by": (f"{_TURN} {{objects}} by {{angle}}",),
    "turn_around": (f"{_TURN} {{objects}} (?:around|round)", f"{_MAKE} {{objects}} (?:turn|face) the other way"),
    "face": (
        f"{_TURN} {{objects}} (?:so (?:that )?(?:it|they) (?:faces?|looks? at|points? at)|to face|"
        "towards?) {anchors}",
        f"{_MAKE} {{objects}} (?:face|look at|point at|look towards?) {{anchors}}",
        "(?:aim|point) {objects} (?:at|towards?) {anchors}",
        "(?:change|set|adjust|move) {objects} (?:so (?:that )?(?:it|they) (?:faces?|looks? at)|to (?:face|look "
        "at|point "
        "at)) {anchors}",
    ),
    "face_each_other": (
        f"(?:{_MAKE[3:-1]}|turn) {{objects}} (?:to )?(?:face|look at|turn to(?:wards?)?) (?:each other|one another)",
        "{objects} (?:should |must )?(?:face|look at) (?:each other|one another)",
        f"{_TURN} {{objects}} (?:towards?|to) (?:each other|one another)",
    ),
    "collect": (
        "(?:put|move|group|collect|gather|sort) {objects} (?:in|into|to|under) (?:an?|the|one|its own) "
        "(?:new )?(?:collection|group|folder) (?:called|named|with the name) {name}",
        "(?:group|collect|gather) {objects} (?:as|into|in|under) {name}",
    ),
    "rename": (
        "(?:name|call) {objects} {name}", "(?:change|set) the name of {objects} (?:to|into) {name}",
        "rename {objects} (?:to|as|into)? ?{name}", "(?:give|let) {objects} (?:have )?the name {name}",
    ),
    "color_two": (
        f"{_COLOR} {{objects}} {{coat}},? and {{objects2}} {{coat2}}",
    ),
    "color_three": (
        f"{_COLOR} {{objects}} {{coat}}, {{objects2}} {{coat2}},? and {{objects3}} {{coat3}}",
    ),
    "shade": (
        "{make} {objects} {degree} {shade}", "{make} {objects} {shade}",
        "{make} the colou?rs? of {objects} {degree} {shade}", "{make} the colou?rs? of {objects} {shade}",
        "{objects} (?:should|must|needs? to|ha(?:s|ve) to|could) be {degree} {shade}",
        "{objects} (?:should|must|needs? to|ha(?:s|ve) to|could) be {shade}", "{objects} {degree} {shade}",
    ),
    "darken": ("darken {objects} {degree}", "darken {objects}"),
    "lighten": ("(?:lighten|brighten) {objects}(?: up)? {degree}", "(?:lighten|brighten) {objects}(?: up)?"),
    "saturate": ("saturate {objects} {degree}", "saturate {objects}"),
    "desaturate": ("desaturate {objects} {degree}", "desaturate {objects}"),
    "color": (
        f"{_COLOR} {{objects}} {{color}}", "{objects} (?:would look (?:better|nice|good|great)|looks? better) in "
        "(?:a )?{color}", "(?:change|set) the colou?r of {objects} to {color}",
        "{objects} (?:should|must|needs to|need to|has to|have to) be (?:painted |colou?red )?{color}",
    ),
    "color_finish": (
        "{make} {objects} {color},? (?:and )?{finish}", "{make} {objects} {finish},? (?:and )?{color}",
        "paint {objects} (?:in )?(?:an? )?{finish} {color}", "paint {objects} {color},? (?:and )?{finish}",
        "paint {objects} {finish},? (?:and )?{color}",
    ),
    "finish": (
        "{make} {objects} (?:out of |of |look like |into )?{finish}", "turn {objects} into {finish}",
        "{objects} (?:should|must) be (?:made (?:out )?of |of )?{finish}",
        "give {objects} an? {finish} (?:finish|look|surface|material|texture)",
        "(?:change|set|switch) {objects} (?:in)?to {finish}",
        "(?:change|set|switch|make) the (?:material|texture|surface|finish)s? of {objects} (?:(?:in)?to )?{finish}",
        "{objects} (?:needs?|ha(?:s|ve)) to be (?:made (?:out )?of |of )?{finish}",
        "(?:put|use|apply|try|add) (?:an? |some )?{finish}(?: material| texture| finish)? (?:on|onto|to|for) {objects}",
        "{finish} (?:for|on) {objects}", "{objects} (?:in|out of) {finish}",
        "(?:cover|clad|upholster) {objects} (?:in|with) {finish}",
    ),
    "place_two": (
        f"{_PUT} {{objects}} {{relation}} {{anchors}},? and {{objects2}} {{relation2}} {{anchors2}}",
    ),
    "place_from": (
        "(?:get|bring|move|take|put|lift) {objects} (?:off|from|out of) {place}(?:,? and)? "
        "(?:on|onto|to|over to) {anchors}",
    ),
    "place_facing": (
        f"(?:{_PUT}|move|bring) {{objects}} {{relation}} {{anchors}},? (?:and |so (?:that )?(?:it|they) )?"
        "(?:facing|faces?|looking at|looks? at|turned to(?:wards?)?) {anchors2}",
    ),
    "add_facing": (
        f"{_PUT} {{new}} (?:facing|that faces|looking at) {{anchors}}",
        f"{_PUT} {{new}} {{relation}} {{anchors}},? (?:and )?(?:facing|looking at) {{anchors2}}",
    ),
    "place_exactly": (f"{_PUT} {{objects}} (?:exactly|right|directly|just) {{relation}} {{anchors}}",),
    "place": (
        "(?:put|place|set|stand|lay|position) {objects} back {relation} {anchors}",
        "(?:put|place|set|stand|lay|position) {objects} {relation} {anchors}",
        "(?:lean|push|slide|hang|leave) {objects} {relation} {anchors}",
    ),
    "around": (
        "(?:spread|arrange|place|put|set|distribute|scatter|group) {objects} (?:out |up )?(?:evenly |equally )?"
        "(?:in a (?:circle|ring) )?(?:all )?around {anchors}(?: evenly)?"
        "(?:,? (?:all )?facing (?:it|them|inwards?|the middle|the center))?",
    ),
    "add_sides": (f"{_PUT} {{new}} (?:on|at) (?:each|both|either) sides? of {{anchors}}",),
    "add_row": ("(?:make|create|add|build|set up|place|put) (?:a|one) (?:row|line) of {new}",),
    "add_type": (f"(?:{_PUT}|create|make|give me) {{type}}", f"(?:{_PUT}|create) {{type}} {{relation}} {{anchors}}"),
    "add_to_each": (
        f"{_PUT} {{new}} {{relation}} (?:every|each(?: one)?(?: of the)?|both(?: of the)?|all(?: of)? the|all) "
        "{anchors}",
        "(?:every|each) {anchors} (?:gets|needs|should (?:have|get)) {new} {relation} it",
    ),
    "add_each": (f"{_PUT} {{new}} {{relation}} {{anchors}}",),
    "line_up": (
        "line {objects} up", "(?:get|put|bring) {objects} in(?:to)? line",
    ),
    "row_spaced": (
        f"{_LINE} {{objects}}(?: up)? (?:along|on|in) (?:the )?{{axis}}(?:[ -]axis)?,? with {{length}} {_BETWEEN}",
        f"{_LINE} {{objects}}(?: up)? (?:along|on|in) (?:the )?{{axis}}(?:[ -]axis)?,? {{length}} {_APART}",
        f"{_LINE} {{objects}}(?: up)?(?: (?:in|into) (?:a|one) (?:row|line))?,? with {{length}} {_BETWEEN}",
        f"{_LINE} {{objects}}(?: up)?(?: (?:in|into) (?:a|one) (?:row|line))?,? {{length}} {_APART}",
    ),
    "line_up_along": ("line {objects} up (?:along|on|in) (?:the )?{axis}(?:[ -]axis)?",),
    "space_out": ("(?:space|spread) {objects} out(?: evenly)?",),
    "lift_off": (
        "(?:lift|raise) {objects} (?:up )?(?:off|from) the (?:floor|ground) (?:by )?{length}",
        "(?:lift|raise) {objects} (?:by )?{length} (?:up )?(?:off|from) the (?:floor|ground)",
        "(?:lift|raise) {objects} (?:by )?{length} (?:up )?(?:off|from) {anchors}",
    ),
    "raise": (
        "(?:raise|lift) {objects} (?:up )?by {length}", "(?:raise|lift) {objects} (?:up )?{length}(?: up)?",
        "(?:put|move|hang|set|place) {objects} {length} (?:higher(?: up)?|further up|up)",
    ),
    "raise_a_bit": (
        "(?:put|move|hang|set|place|lift|raise) {objects} {degree} (?:higher|further up|up)",
        "(?:put|move|hang|set|place) {objects} higher(?: up)?", "(?:raise|lift) {objects} {degree}",
    ),
    "lower_a_bit": (
        "(?:put|move|hang|set|place) {objects} {degree} (?:lower|further down|down)",
        "(?:put|move|hang|set|place) {objects} lower(?: down)?", "lower {objects} {degree}",
    ),
    "lower": (
        "(?:put|move|hang|set|place) {objects} {length} (?:lower|further down|down)",
        "(?:lower|drop) {objects} (?:down )?(?:by )?{length}(?: down)?", "move {objects} {length} down",
    ),
    "move_by": (
        f"{_MOVE} {{objects}} (?:by )?{{length}} (?:further |more )?(?:to the |towards the )?{{direction}}",
        f"{_MOVE} {{objects}} (?:to the )?{{direction}} (?:by )?{{length}}",
        "(?:could we have|can we have|i'd like|i want|have) {objects} {length} (?:further |more )?{direction}",
    ),
    "generate_seated": (
        "(?:put|place|add|create|make) {person} (?:sitting|seated|who (?:sits|is sitting)) (?:down )?(?:on|in|at) "
        "{anchors}",
    ),
    "people": tuple(
        f"(?:add|create|make|generate|put in|i want|i need|give me) {who}(?: next to each other| side by side| "
        "beside (?:each other|one another))?"
        for who in ("{people}, {people2},? and {people3}", "{people} and {people2}", "{people}")
    ),
    "generate_at": (
        "(?:put|place|add|stand|create|make|generate) {person}(?: standing| who (?:stands|is standing))? {relation} "
        "{anchors}",
    ),
}  # fmt: skip

COMPARATIVES = {
    "taller": ("z", 1), "higher": ("z", 1), "shorter": ("z", -1), "lower": ("z", -1), "wider": ("x", 1),
    "broader": ("x", 1), "narrower": ("x", -1), "longer": ("length", 1), "deeper": ("y", 1), "bigger": ("", 1),
    "larger": ("", 1), "smaller": ("", -1), "thicker": ("y", 1), "thinner": ("y", -1),
}  # fmt: skip
"""Axis of the scene along which a thing grows, or its long side, and whether it does or shrinks."""
ELEMENTS = {
    "faces": "faces", "polygons": "faces", "polys": "faces", "quads": "faces", "triangles": "triangles",
    "tris": "triangles", "vertices": "vertices", "verts": "vertices", "points": "vertices",
}  # fmt: skip
SOMEBODY = (
    r"(?:a (?:crowd|group|row|line) of )?(?P<number>an?|another|one|two|three|four|five|six|seven|eight|nine|ten|twelve"
    r"|twenty|fifty|a hundred|a dozen|\d+) (?:(?:different|random|other|various|more) )?"
    r"(?P<noun>man|men|woman|women|person|people|persons|girl|girls|boy|boys|kid|kids|child|children|avatar|avatars|character|"
    r"characters|guy|guys|lady|ladies|gentleman|gentlemen|adult|adults|human|humans|student|students)(?P<rest>(?: .+)?)"
)
ONE_PERSON = ("a", "an", "one", "another")
PEOPLE = {
    "men": "man", "women": "woman", "people": "person", "persons": "person", "girls": "girl", "boys": "boy",
    "kids": "kid", "children": "child", "avatars": "avatar", "characters": "character", "guys": "guy",
    "ladies": "lady", "gentlemen": "gentleman", "adults": "adult", "humans": "human", "students": "student",
}  # fmt: skip
"""One of them, by the noun for several."""
ANYBODY = ("person", "human", "adult", "avatar", "character")
"""Nouns that say nothing of who it is."""
SKIES = ("dusk", "dawn", "sunset", "sunrise", "night", "nighttime", "midnight", "noon", "midday", "daytime", "evening",
         "morning", "overcast", "cloudy", "moonlight", "golden hour")  # fmt: skip
"""Times of day and weather, which a scene is made by a light and never by a color."""
WALL_SIDES = {
    "left": "left", "right": "right", "back": "back", "rear": "back", "far": "back", "opposite": "back",
    "front": "forward", "near": "forward",
}  # fmt: skip
"""Sides of a room, as it is seen."""
ADJECTIVES = {
    "tall": "z", "high": "z", "wide": "x", "broad": "x", "long": "y", "deep": "y", "big": "", "large": "",
}  # fmt: skip
DIMENSIONS = {
    "height": "z", "width": "x", "length": "y", "depth": "y", "size": "",
}  # fmt: skip
"""Axis of a side by its name; all of the thing for its size."""
DEGREES = ("a bit", "a little", "a little bit", "slightly", "a tad", "a touch", "somewhat", "much", "a lot", "way")
MUCH = ("much", "a lot", "way")

POLITE_BEFORE = (
    r"(?:(?:please|hey|hi|ok|okay|so|now|well|alright|and|also|just|actually|could you|can you|would you|will you|"
    r"i want you to|i'd like you to|i need you to|let's|go ahead and|can we|could we|i want to|"
    r"i'd like to)(?:\s*,)?\s+)*"
)
POLITE_AFTER = (
    r"(?:(?:\s*,)?\s+(?:please|for me|thanks|thank you|now|ok|okay|will you|would you|right now|again))*[.!?]*"
)
BETWEEN_STEPS = (
    r"\s*(?:;|\.\s|,?\s*\b(?:and then|then|after that|afterwards)\b,?"
    r"|,?\s*\band (?=(?:turn|rotate|move|put|place|paint|make|hide|select|delete|remove|raise|lower|lift|scale|copy"
    r"|push|pull|let|have|give|dress|stack|line|rename)\b))\s*"
)
AND = r"\s*(?:,\s*(?:and\s)?|\band\b)\s*"
MOTION_BEFORE = (
    r"(?:make|have|let|get|tell|ask|i want|i'd like) (?P<who>.+?) (?:to )?(?P<plan>{plan})"
    r"|(?P<who2>.+?) (?:should|must|has to|is to|needs to) (?P<plan2>{plan})"
    r"|(?P<who3>.+?)(?:,(?: please)?)? (?P<plan3>{plan})"
)
"""Who moves, and a plan that begins with a motion."""
OF_FACES = ("beard", "moustache", "mustache", "goatee", "stubble", "freckles", "make-up", "makeup", "lipstick", "scar",
            "tattoo", "hair")  # fmt: skip
TOGETHER = r",?\s*\b(?:at the same time|at once|together|simultaneously|all together|in sync)$"
FINISHES = {
    "chrome": "chrome", "chromed": "chrome", "solid gold": "gold", "gold metal": "gold", "real gold": "gold",
    "copper metal": "copper", "brass": "brass", "polished steel": "steel", "stainless steel": "steel",
    "steel": "steel", "metal": "steel", "brushed steel": "brushed_steel", "brushed metal": "brushed_steel",
    "brushed stainless steel": "brushed_steel", "brushed aluminum": "brushed_steel",
    "brushed aluminium": "brushed_steel", "aluminum": "aluminum", "aluminium": "aluminum", "iron": "iron",
    "cast iron": "iron", "solid silver": "silver", "real silver": "silver", "bronze metal": "bronze",
    "metallic": "metallic", "glass": "glass", "frosted glass": "frosted_glass", "see-through": "glass",
    "see through": "glass", "transparent": "glass", "a mirror": "mirror", "mirror": "mirror", "reflective": "mirror",
    "shiny": "glossy", "glossy": "glossy", "polished": "glossy", "matte": "matte", "matt": "matte",
    "plastic": "plastic", "rubber": "rubber", "ceramic": "ceramic", "porcelain": "ceramic",
    "cardboard": "cardboard", "rusty": "rusty", "rusty metal": "rusty", "rusted": "rusty",
    "rusty iron": "rusty", "wood": "wood", "wooden": "wood", "timber": "wood", "light wood": "light_wood",
    "pale wood": "light_wood", "birch": "light_wood", "birch wood": "light_wood", "ash wood": "light_wood",
    "dark wood": "dark_wood", "ebony wood": "dark_wood", "oak": "oak", "oak wood": "oak", "oakwood": "oak",
    "pine wood": "pine", "pinewood": "pine", "walnut": "walnut", "walnut wood": "walnut", "teak": "walnut",
    "mahogany wood": "mahogany", "cherry wood": "mahogany", "marble": "marble", "white marble": "marble",
    "black marble": "black_marble", "stone": "stone", "rock": "stone", "granite": "granite", "concrete": "concrete",
    "cement": "concrete", "leather": "leather", "fabric": "fabric", "cloth": "fabric", "linen": "fabric",
    "textile": "fabric", "cotton": "fabric", "velvet": "velvet",
}  # fmt: skip
"""Words of the finishes that a surface is given."""
SHADES = {
    "darker": "darker", "lighter": "lighter", "brighter": "lighter", "more saturated": "richer", "more vivid": "richer",
    "more colorful": "richer", "more colourful": "richer", "more intense": "richer", "richer": "richer",
    "more vibrant": "richer", "less saturated": "paler", "less vivid": "paler", "less colorful": "paler",
    "less colourful": "paler", "paler": "paler", "duller": "paler", "more muted": "paler", "more washed out": "paler",
    "redder": "red", "bluer": "blue", "greener": "green", "yellower": "yellow", "whiter": "white", "blacker": "black",
    "browner": "brown", "greyer": "grey", "grayer": "gray", "more reddish": "red", "more bluish": "blue",
    "more greenish": "green", "warmer": "orange", "colder": "sky blue", "cooler": "sky blue",
}  # fmt: skip
"""What a color is shifted to: one of the shades, or another color."""
MORE_OF_COLOR = r"more (?:of a )?(?P<color>[a-z ]+)"
EVERYBODY = (
    "everybody", "everyone", "all people", "the people", "all of them", "the crowd", "all avatars", "people",
    "all the people", "every avatar", "each avatar", "the avatars", "all", "all two", "all three", "all four",
    "them all", "all of the people", "the three of them", "all three of them", "both", "both of them",
)  # fmt: skip
