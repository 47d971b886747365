"""What a person did and felt. Each row carries its owner and a random UUID, so that the data can be spread by owner."""

from tracking.models.choices import DoseChoice as DoseChoice
from tracking.models.choices import ExerciseChoice as ExerciseChoice
from tracking.models.entries import Entry as Entry
from tracking.models.entries import EntryQuerySet as EntryQuerySet
from tracking.models.measures import ACTIVITY_LENGTH as ACTIVITY_LENGTH
from tracking.models.measures import Goal as Goal
from tracking.models.measures import GoalScore as GoalScore
from tracking.models.measures import Questionnaire as Questionnaire
from tracking.models.owned import NOTE_LENGTH as NOTE_LENGTH
from tracking.models.owned import SEE_SOMEBODY as SEE_SOMEBODY
from tracking.models.owned import Owned as Owned
from tracking.models.owned import OwnedQuerySet as OwnedQuerySet
from tracking.models.owned import Period as Period
from tracking.models.owned import Place as Place
from tracking.models.owned import local_date as local_date
from tracking.models.owned import validate_zone as validate_zone
from tracking.models.owned import zone_names as zone_names
from tracking.models.pain import CheckIn as CheckIn
from tracking.models.pain import Flare as Flare
from tracking.models.pain import Pause as Pause
from tracking.models.pain import Screening as Screening
from tracking.models.profile import DEFAULT_ROUTINE as DEFAULT_ROUTINE
from tracking.models.profile import Profile as Profile
from tracking.models.sessions import Felt as Felt
from tracking.models.sessions import Session as Session
from tracking.models.sessions import SessionExercise as SessionExercise
