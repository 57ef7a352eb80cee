"""Every motion that an avatar can play, with its names and words in both languages.

This is the only list: the compiler makes a clip of each entry, panels their items, words and plans their names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Posture = Literal["standing", "seated", "ground"]
MotionGroup = Literal["stance", "locomotion", "gesture", "action", "dance", "mood"]
GROUPS: dict[MotionGroup, tuple[str, str]] = {
    "stance": ("Stance", "姿态"),
    "locomotion": ("Locomotion", "移动"),
    "gesture": ("Gesture", "手势"),
    "action": ("Action", "动作"),
    "dance": ("Dance", "舞蹈"),
    "mood": ("Mood", "情绪"),
}
"""Group -> its label in English and Chinese, in the order of the panel."""


@dataclass(frozen=True)
class MotionEntry:
    """A motion.

    Attributes:
        id: its name in operators and files of clips. title, title_zh: as the panel shows it.
        words, words_zh: other names of it; verbs in their plain form.
        loops: its last frame is its first. moves: its root moves on, or turns; it can also be played in place.
        start, end: postures that it begins and ends in; on the ground, feet are not held to the floor.
    """

    id: str
    group: MotionGroup
    title: str
    title_zh: str
    words: tuple[str, ...] = ()
    words_zh: tuple[str, ...] = ()
    loops: bool = False
    moves: bool = False
    start: Posture = "standing"
    end: Posture = "standing"


_ENTRIES = (
    MotionEntry(
        "IDLE", "stance", "Idle", "待机", ("stand", "wait", "stand still"), ("站着", "站立", "等待"), loops=True
    ),
    MotionEntry("LISTEN", "stance", "Listen", "倾听", ("listen",), ("听", "聆听"), loops=True),
    MotionEntry("TALK", "stance", "Talk", "说话", ("speak", "chat"), ("讲话", "聊天", "谈话"), loops=True),
    MotionEntry("CROUCH", "stance", "Crouch", "蹲下", ("squat", "duck"), ("蹲", "蹲伏"), loops=True),
    MotionEntry("KNEEL", "stance", "Kneel and Work", "跪着工作", ("kneel", "repair", "fix"), ("跪", "跪下", "修理")),
    MotionEntry(
        "MEDITATE",
        "stance",
        "Meditate",
        "打坐",
        ("sit on the floor", "sit cross-legged"),
        ("冥想", "盘腿坐", "坐在地上"),
        loops=True,
        start="ground",
        end="ground",
    ),
    MotionEntry("SIT_DOWN", "stance", "Sit Down", "坐下", ("take a seat",), ("就座", "入座"), end="seated"),
    MotionEntry("SIT", "stance", "Sit", "坐着", ("be seated",), ("坐",), loops=True, start="seated", end="seated"),
    MotionEntry(
        "SIT_TALK",
        "stance",
        "Sit and Talk",
        "坐着说话",
        ("talk seated", "chat seated"),
        ("坐着聊天", "坐着谈话"),
        loops=True,
        start="seated",
        end="seated",
    ),
    MotionEntry("STAND_UP", "stance", "Stand Up", "站起来", ("get up", "rise"), ("起立", "起身"), start="seated"),
    MotionEntry("WALK", "locomotion", "Walk", "走路", ("go", "stroll"), ("走", "行走", "步行"), loops=True, moves=True),
    MotionEntry(
        "WALK_FORMAL",
        "locomotion",
        "Walk Upright",
        "端正行走",
        ("march", "stride"),
        ("正步走", "大步走"),
        loops=True,
        moves=True,
    ),
    MotionEntry(
        "WALK_BACK",
        "locomotion",
        "Walk Backward",
        "后退",
        ("back off", "step back"),
        ("倒着走", "向后走"),
        loops=True,
        moves=True,
    ),
    MotionEntry("JOG", "locomotion", "Jog", "慢跑", ("trot",), ("小跑",), loops=True, moves=True),
    MotionEntry("RUN", "locomotion", "Run", "跑步", ("sprint", "race"), ("跑", "奔跑", "冲刺"), loops=True, moves=True),
    MotionEntry(
        "SNEAK", "locomotion", "Sneak", "潜行", ("creep", "crouch walk"), ("蹲着走", "偷偷走"), loops=True, moves=True
    ),
    MotionEntry("TURN_LEFT", "locomotion", "Turn Left", "左转", ("turn left",), ("向左转",), moves=True),
    MotionEntry("TURN_RIGHT", "locomotion", "Turn Right", "右转", ("turn right",), ("向右转",), moves=True),
    MotionEntry(
        "TURN_AROUND", "locomotion", "Turn Around", "转身", ("turn round", "turn back"), ("向后转", "掉头"), moves=True
    ),
    MotionEntry("WAVE", "gesture", "Wave", "挥手", ("greet", "say hello", "wave hello"), ("招手", "打招呼", "摇手")),
    MotionEntry("CLAP", "gesture", "Clap", "鼓掌", ("applaud",), ("拍手", "喝彩"), loops=True),
    MotionEntry("POINT", "gesture", "Point", "指向", ("point ahead",), ("指", "指着前方")),
    MotionEntry("NOD", "gesture", "Nod", "点头", ("agree", "say yes"), ("同意",)),
    MotionEntry(
        "SHAKE_HEAD", "gesture", "Shake Head", "摇头", ("shake the head", "say no", "disagree"), ("否认", "不同意")
    ),
    MotionEntry("REFUSE", "gesture", "Refuse", "拒绝", ("reject", "decline"), ("回绝", "推辞")),
    MotionEntry("BOW", "gesture", "Bow", "鞠躬", ("take a bow",), ("行礼", "敬礼鞠躬")),
    MotionEntry("CHEER", "gesture", "Cheer", "欢呼", ("celebrate", "rejoice", "fist pump"), ("庆祝", "喝采")),
    MotionEntry("JUMP", "action", "Jump", "跳", ("leap", "hop"), ("跳跃", "跳起来")),
    MotionEntry(
        "PICK_UP", "action", "Pick Up", "捡起", ("pick something up", "grab", "take"), ("拾起", "捡东西", "拿起")
    ),
    MotionEntry("REACH", "action", "Reach Out", "伸手", ("use", "interact", "press"), ("操作", "按")),
    MotionEntry("THROW", "action", "Throw", "投掷", ("toss", "hurl"), ("扔", "抛")),
    MotionEntry("DRINK", "action", "Eat or Drink", "吃喝", ("drink", "eat"), ("喝", "吃", "喝水")),
    MotionEntry("PUSH", "action", "Push", "推", ("shove",), ("推动",), loops=True, moves=True),
    MotionEntry("PUNCH", "action", "Punch", "出拳", ("hit", "box"), ("打拳", "拳击")),
    MotionEntry("FIGHT", "action", "Fighting Stance", "格斗架势", ("guard",), ("格斗", "防守"), loops=True),
    MotionEntry(
        "JUMPING_JACKS", "action", "Jumping Jacks", "开合跳", ("exercise", "work out"), ("锻炼", "做操"), loops=True
    ),
    MotionEntry("BACKFLIP", "action", "Backflip", "后空翻", ("somersault",), ("空翻",)),
    MotionEntry("DANCE", "dance", "Dance", "跳舞", ("groove",), ("舞蹈", "起舞"), loops=True),
    MotionEntry("DANCE_CHARLESTON", "dance", "Charleston", "查尔斯顿舞", ("dance the charleston",), (), loops=True),
    MotionEntry("DANCE_BODY_ROLL", "dance", "Body Roll", "身体波浪", ("dance a body roll",), (), loops=True),
    MotionEntry("DANCE_REACH", "dance", "Reach and Hip", "伸手扭胯舞", ("dance reaching",), ()),
    MotionEntry("CONFUSED", "mood", "Confused", "困惑", ("wonder", "shrug"), ("疑惑", "耸肩")),
    MotionEntry("ANGRY", "mood", "Angry", "生气", ("be angry",), ("愤怒", "发怒"), loops=True),
    MotionEntry("SHIVER", "mood", "Shiver", "发抖", ("be cold", "tremble"), ("冷", "颤抖"), loops=True),
)

MOTIONS: dict[str, MotionEntry] = {entry.id: entry for entry in _ENTRIES}
"""Id -> entry, in the order of the panel."""
WALKING = ("WALK", "WALK_FORMAL", "JOG", "RUN", "SNEAK")
"""Motions that a path can be walked with."""
