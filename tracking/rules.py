"""Every threshold of BackCare's own rules, in one place, to be set by an operator. Pure: figures, no words.

Unless a line names a source, the figure is an editor's choice with no trial behind it, on the careful side.
"""

from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Rules:
    """Days are calendar days; pain is in points on the 0–10 numeric rating scale.

    Raises ValueError when a figure is impossible or two of them contradict each other.
    """

    # Bands of the pain-monitoring model (Silbernagel 2007, Achilles tendon; not validated for the low back).
    go_on: int = 3  # pain during and after up to here: go on
    stay: int = 5  # up to here: stay; above it: ease off
    rise: int = 2  # a rise in a session, or a worse next morning, of this much: ease off
    good_days: int = 3  # good days running that earn a step up
    easy_days: int = 2  # good days running that felt easy, and earn it sooner
    gap_days: int = 7  # days without the exercise after which one begins again lower
    return_percent: int = 50  # of the last target, where one begins again after a flare or a gap
    loading_after_days: int = 28  # days with a session before a loading exercise can be taken in
    # Meaningful change in low-back pain: 2 points or 30 % (Ostelo 2008; Childs 2005; Farrar 2001).
    notice_points: int = 2
    notice_percent: int = 30
    period_days: int = 14  # days with scores in the baseline, and as many in now
    enough_scores: int = 6  # below it, on as many days, a period has no median
    adherence_days: int = 28  # sessions done of planned are counted over these
    worse_days: int = 20  # days of an exercise before we describe what comes before a worse day
    goal_days: int = 14  # between two ratings of one's own activities
    questionnaire_days: int = 28  # between two questionnaires

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if type(value) is not int or value < 0:
                raise ValueError(f"{field.name} is a whole number from 0, not {value!r}")
        for name in (
            "good_days",
            "easy_days",
            "gap_days",
            "period_days",
            "enough_scores",
            "adherence_days",
            "goal_days",
        ):
            if not getattr(self, name):
                raise ValueError(f"{name} is at least 1")
        if not self.go_on <= self.stay <= 10:
            raise ValueError("0 ≤ go_on ≤ stay ≤ 10")
        if not 1 <= self.rise <= 10 or not 1 <= self.notice_points <= 10:
            raise ValueError("rise and notice_points are 1 to 10 points")
        if not 1 <= self.return_percent <= 100 or not 1 <= self.notice_percent <= 100:
            raise ValueError("return_percent and notice_percent are 1 to 100")


DEFAULT = Rules()
