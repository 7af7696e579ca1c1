"""Rows of a study or of one trial, written many at a time.

Optuna's own calls look up and write one parameter or one point of a curve each, about a millisecond apiece; a trial has
a hundred of them.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import optuna
import sqlalchemy
from optuna.distributions import BaseDistribution, distribution_to_json
from optuna.storages._rdb.models import (
    StudyUserAttributeModel,
    TrialIntermediateValueModel,
    TrialModel,
    TrialParamModel,
    TrialUserAttributeModel,
    TrialValueModel,
)
from optuna.trial import TrialState

__all__ = ["add_attributes", "add_curve", "add_parameters", "end_trial", "set_study_attributes"]


def add_parameters(
    connection: sqlalchemy.Connection,
    trial_id: int,
    params: Mapping[str, Any],
    distributions: Mapping[str, BaseDistribution],
) -> None:
    """Write the parameters of a trial that has none yet.

    Args:
        connection: The connection of the current transaction.
        trial_id: The trial's key in the database.
        params: Parameter name to value.
        distributions: Parameter name to distribution.
    """
    rows = [
        {
            "trial_id": trial_id,
            "param_name": name,
            "param_value": distributions[name].to_internal_repr(value),
            "distribution_json": distribution_to_json(distributions[name]),
        }
        for name, value in params.items()
    ]
    _insert(connection, TrialParamModel, rows)


def add_attributes(connection: sqlalchemy.Connection, trial_id: int, attributes: Mapping[str, Any]) -> None:
    """Write user attributes that the trial does not have yet.

    Args:
        connection: The connection of the current transaction.
        trial_id: The trial's key in the database.
        attributes: Attribute name to JSON-ready value.
    """
    rows = [{"trial_id": trial_id, "key": key, "value_json": json.dumps(value)} for key, value in attributes.items()]
    _insert(connection, TrialUserAttributeModel, rows)


def add_curve(connection: sqlalchemy.Connection, trial_id: int, curve: Mapping[int, float]) -> None:
    """Write the curve of a trial that has none yet; infinite values and NaN are kept.

    Args:
        connection: The connection of the current transaction.
        trial_id: The trial's key in the database.
        curve: Epoch, from 1, to value.
    """
    rows = []
    for epoch, value in curve.items():
        number, kind = TrialIntermediateValueModel.intermediate_value_to_stored_repr(value)
        rows.append(
            {"trial_id": trial_id, "step": epoch, "intermediate_value": number, "intermediate_value_type": kind}
        )
    _insert(connection, TrialIntermediateValueModel, rows)


def end_trial(connection: sqlalchemy.Connection, trial_id: int, state: TrialState, value: float | None) -> None:
    """Write how a running trial ended.

    Args:
        connection: The connection of the current transaction.
        trial_id: The trial's key in the database.
        state: Its last state.
        value: Its score; None for a trial without one.

    Raises:
        UpdateFinishedTrialError: If it has ended before.
    """
    table = TrialModel.__table__
    running = (table.c.trial_id == trial_id) & ~table.c.state.in_([one for one in TrialState if one.is_finished()])
    ended = {"state": state, "datetime_complete": datetime.now()}
    if not connection.execute(table.update().where(running).values(ended)).rowcount:
        raise optuna.exceptions.UpdateFinishedTrialError(f"trial {trial_id} has already finished and cannot be updated")
    if value is not None:
        number, kind = TrialValueModel.value_to_stored_repr(value)
        _insert(
            connection, TrialValueModel, [{"trial_id": trial_id, "objective": 0, "value": number, "value_type": kind}]
        )


def set_study_attributes(connection: sqlalchemy.Connection, study_id: int, attributes: Mapping[str, Any]) -> None:
    """Write user attributes of a study; those of the same name are replaced.

    Args:
        connection: The connection of the current transaction.
        study_id: The study's key in the database.
        attributes: Attribute name to JSON-ready value.
    """
    table = StudyUserAttributeModel.__table__
    for key, value in attributes.items():
        row = {"study_id": study_id, "key": key, "value_json": json.dumps(value)}
        known = (table.c.study_id == study_id) & (table.c.key == key)
        if not connection.execute(table.update().where(known).values(row)).rowcount:
            connection.execute(table.insert(), row)


def _insert(connection: sqlalchemy.Connection, model: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(model.__table__.insert(), rows)
