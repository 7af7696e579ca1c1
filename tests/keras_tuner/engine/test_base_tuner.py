import ast
import json
import warnings

import keras_tuner
import pytest

import layersmith.keras_tuner as kt
from layersmith.errors import BudgetError, RunFolderError, SpaceError
from layersmith.keras_tuner.engine.base_tuner import BaseTuner
from layersmith.keras_tuner.errors import FailedTrialError, FatalRuntimeError, FatalValueError
from layersmith.keras_tuner.oracles import GridSearchOracle, RandomSearchOracle

warnings.filterwarnings("ignore", "currentThread|getName")  # KerasTuner's


def parabola(hp):
    return (hp.Float("x", -1, 1, step=0.25) - 0.5) ** 2


class TestSearch:
    def test_values_are_tried_until_the_oracle_stops(self, black_box):
        tuner = black_box(RandomSearchOracle(max_trials=5, seed=1), parabola)
        assert tuner.remaining_trials == 5
        tuner.search()
        assert tuner.remaining_trials == 0
        scores = [trial.score for trial in tuner.oracle.get_best_trials(5)]
        assert scores == sorted(scores)
        [best] = tuner.get_best_hyperparameters()
        assert parabola(best) == scores[0]
        assert tuner.get_best_step() == 0

    def test_the_same_seed_gives_the_same_search(self, black_box):
        found = []
        for name in "ab":
            tuner = black_box(RandomSearchOracle(max_trials=5, seed=7), parabola, project_name=name)
            tuner.search()
            found.append([trial.hyperparameters.values for trial in tuner.oracle.trials.values()])
        assert found[0] == found[1]

    def test_hooks_are_called_in_order(self, black_box):
        said = []

        class Hooked(BaseTuner):
            def run_trial(self, trial, *args, **kwargs):
                said.append((args, kwargs))
                return 1.0

        for name in ("on_search_begin", "pre_create_trial", "on_trial_begin", "on_trial_end", "on_search_end"):

            def hook(self, *args, name=name):
                said.append(name)
                return getattr(BaseTuner, name)(self, *args)

            setattr(Hooked, name, hook)
        black_box(RandomSearchOracle(max_trials=1), kind=Hooked).search(1, two=2)
        assert said == [
            "on_search_begin",
            "pre_create_trial",
            "on_trial_begin",
            ((1,), {"two": 2}),
            "on_trial_end",
            "pre_create_trial",
            "on_search_end",
        ]

    def test_verbose_is_the_oracles(self, black_box, capsys):
        tuner = black_box(RandomSearchOracle(max_trials=1), parabola)
        tuner.search(verbose=0)
        assert capsys.readouterr().out == ""
        tuner = black_box(RandomSearchOracle(max_trials=2), parabola, project_name="other")
        tuner.search(verbose=1)
        assert "Search: Running Trial #2 of 2" in capsys.readouterr().out

    def test_metrics_may_be_reported_to_the_oracle(self, black_box):
        class Reports(BaseTuner):
            def run_trial(self, trial, *args, **kwargs):
                self.oracle.update_trial(trial.trial_id, {"loss": 0.5}, step=3)

        tuner = black_box(RandomSearchOracle("loss", max_trials=1), kind=Reports)
        with pytest.warns(DeprecationWarning, match="return the metrics instead"):
            tuner.search()
        assert (tuner.oracle.get_best_trials()[0].score, tuner.get_best_step()) == (0.5, 3)

    @pytest.mark.parametrize(
        ("results", "score"), [(0.5, 0.5), ({"loss": 0.25}, 0.25), ([{"loss": 1.0}, {"loss": 2.0}], 1.5), ([1, 2], 1.5)]
    )
    def test_what_run_trial_returns(self, black_box, results, score):
        tuner = black_box(RandomSearchOracle("loss", max_trials=1), lambda hp: results)
        tuner.search()
        assert tuner.oracle.get_best_trials()[0].score == score

    def test_none_is_refused_at_once(self, black_box):
        tuner = black_box(RandomSearchOracle(max_trials=1), lambda hp: None)
        with pytest.raises(kt.errors.FatalTypeError, match="returned None"):
            tuner.search()


class TestFailures:
    def fails(self, error, hp):
        if hp.Float("x", -1, 1, step=0.25) < 0.75:
            raise error
        return 1.0

    def test_a_trial_that_fails_is_not_the_end(self, black_box):
        oracle = RandomSearchOracle(max_trials=9, max_consecutive_failed_trials=9, seed=1)
        tuner = black_box(oracle, lambda hp: self.fails(ValueError("bad x"), hp))
        tuner.search()
        assert {trial.status for trial in oracle.trials.values()} == {"COMPLETED", "FAILED"}
        assert all("bad x" in trial.message for trial in oracle.trials.values() if trial.status == "FAILED")

    def test_too_many_in_a_row_are_the_end(self, black_box):
        tuner = black_box(RandomSearchOracle(max_trials=9), lambda hp: self.fails(ValueError("bad x"), hp) and 1 / 0)
        with pytest.raises(FatalRuntimeError, match="bad x"):
            tuner.search()
        assert len(tuner.oracle.trials) == 3

    def test_what_may_be_tried_again_is(self, black_box):
        runs = []

        def flaky(hp):
            runs.append(hp.Boolean("b"))
            if len(runs) == 1:
                raise OSError("busy")
            return 1.0

        black_box(RandomSearchOracle(max_trials=1, max_retries_per_trial=3), flaky).search()
        assert len(runs) == 2

    def test_a_failed_trial_is_not_tried_again(self, black_box):
        runs = []

        def hopeless(hp):
            runs.append(hp.Boolean("b"))
            raise FailedTrialError("too slow")

        black_box(RandomSearchOracle(max_trials=2, max_retries_per_trial=3), hopeless).search()
        assert len(runs) == 2

    def test_what_is_fatal_is_raised(self, black_box):
        tuner = black_box(
            RandomSearchOracle(max_trials=2), lambda hp: self.fails(FatalValueError("stop"), hp) and 1 / 0
        )
        with pytest.raises(FatalValueError, match="stop"):
            tuner.search()


class TestGoingOn:
    def test_a_finished_search_is_read_back(self, kept_box, capsys):
        tuner = kept_box(RandomSearchOracle(max_trials=4, seed=1), parabola)
        tuner.search()
        again = kept_box(RandomSearchOracle(max_trials=4), parabola)
        assert "Reloading Tuner from" in capsys.readouterr().out
        assert again.to_dataframe().equals(tuner.to_dataframe())
        again.search()
        assert len(again.oracle.trials) == 4

    def test_a_killed_search_goes_on_as_if_nothing_had_happened(self, kept_box):
        whole = kept_box(RandomSearchOracle(max_trials=6, seed=1), parabola, project_name="whole")
        whole.search()

        def interrupted(hp):
            if len(tuner.oracle.trials) == 3:
                raise KeyboardInterrupt
            return parabola(hp)

        tuner = kept_box(RandomSearchOracle(max_trials=6, seed=1), interrupted)
        with pytest.raises(KeyboardInterrupt):
            tuner.search()
        again = kept_box(RandomSearchOracle(max_trials=6), parabola)
        again.search()
        values = [[one.hyperparameters.values for one in each.oracle.trials.values()] for each in (again, whole)]
        assert values[0] == values[1]

    def test_more_trials_may_be_asked_for(self, kept_box):
        kept_box(GridSearchOracle(max_trials=3), parabola).search()
        again = kept_box(GridSearchOracle(), parabola)
        again.search()
        assert sorted(trial.hyperparameters.values["x"] for trial in again.oracle.trials.values()) == [
            -1 + step / 4 for step in range(9)
        ]

    def test_overwrite_begins_anew(self, kept_box):
        kept_box(RandomSearchOracle(max_trials=2), parabola).search()
        again = kept_box(RandomSearchOracle(max_trials=2), parabola, overwrite=True)
        assert again.oracle.trials == {}

    def test_overwrite_removes_projects_only(self, kept_box, tmp_path):
        (tmp_path / "project").mkdir()
        (tmp_path / "project" / "thesis.txt").write_text("years of work")
        with pytest.raises(RunFolderError, match="is no project of a tuner"):
            kept_box(RandomSearchOracle(), overwrite=True)
        (tmp_path / "project" / "oracle.json").write_text(json.dumps({}))  # a project of KerasTuner's
        kept_box(RandomSearchOracle(), overwrite=True)
        assert not (tmp_path / "project").exists()

    def test_a_subclass_may_keep_more(self, kept_box):
        class Counts(BaseTuner):
            runs = 0

            def run_trial(self, trial, *args, **kwargs):
                self.runs += 1
                return 1.0 / self.runs + trial.hyperparameters.Int("a", 0, 9)

            def get_state(self):
                return {"runs": self.runs}

            def set_state(self, state):
                self.runs = state["runs"]

        kept_box(RandomSearchOracle(max_trials=3), kind=Counts).search()
        assert kept_box(RandomSearchOracle(max_trials=3), kind=Counts).runs == 3

    def test_save_and_reload(self, kept_box):
        tuner = kept_box(RandomSearchOracle(max_trials=2, seed=1), parabola)
        tuner.search()
        trial = tuner.oracle.get_best_trials()[0]
        trial.message = "look at this one"
        tuner.save()
        trial.message = None
        tuner.reload()
        assert tuner.oracle.get_best_trials()[0].message == "look at this one"


class TestArguments:
    def test_an_oracle_is_needed(self, black_box):
        for package in (kt, keras_tuner):
            with pytest.raises(ValueError, match="oracle"):
                package.engine.base_tuner.BaseTuner("random")

    def test_unknown_arguments_are_refused(self, black_box):
        with pytest.raises(FatalValueError, match="max_trails"):
            black_box(RandomSearchOracle(), max_trails=3)

    def test_a_logger_has_no_effect(self, black_box):
        with pytest.warns(DeprecationWarning, match="no effect"):
            black_box(RandomSearchOracle(), logger=object())

    def test_what_a_subclass_must_say(self, tmp_path):
        tuner = BaseTuner(RandomSearchOracle(), directory=tmp_path)
        for method, arguments in (("run_trial", [None]), ("save_model", ["0", None]), ("load_model", [None])):
            with pytest.raises(NotImplementedError, match=method):
                getattr(tuner, method)(*arguments)
        assert tuner.project_dir == str(tmp_path / "untitled_project")
        assert tuner.get_trial_dir("7").endswith("trial_7")

    def test_a_hypermodel_is_a_function_or_a_hypermodel(self, tmp_path):
        with pytest.raises(FatalValueError, match="a HyperModel, or a function"):
            BaseTuner(RandomSearchOracle(), "model", directory=tmp_path)


class TestBeyond:
    def test_no_trial_begins_once_the_budget_is_spent(self, kept_box, monkeypatch):
        tuner = kept_box(RandomSearchOracle(max_trials=None), lambda hp: hp.Float("x", 0, 1), budget="5s")
        seconds = iter([0.0, 4.9, 5.0, 5.0])  # beginning, first trial and its state, end
        monkeypatch.setattr(tuner._clock, "elapsed", lambda: next(seconds))
        tuner.search()
        assert len(tuner.oracle.trials) == 1
        again = kept_box(RandomSearchOracle(max_trials=None), parabola, budget="5s")
        assert again._clock.elapsed() >= 4.9

    def test_a_budget_is_a_time(self, black_box):
        with pytest.raises(BudgetError, match="soon"):
            black_box(RandomSearchOracle(), budget="soon")

    def test_values_may_be_put_first(self, black_box):
        hp = kt.HyperParameters()
        parabola(hp)
        oracle = RandomSearchOracle(max_trials=3, hyperparameters=hp)
        tuner = black_box(oracle, parabola)
        tuner.enqueue({"x": 0.5})
        hp.values["x"] = -0.5
        tuner.enqueue(hp)
        tuner.search()
        assert [trial.hyperparameters.values["x"] for trial in oracle.trials.values()][:2] == [0.5, -0.5]
        with pytest.raises(SpaceError, match="'y'"):
            tuner.enqueue({"y": 1})

    def test_an_oracle_may_take_none(self, black_box):
        with pytest.raises(FatalValueError, match="takes no values"):
            black_box(kt.Oracle()).enqueue({})

    def test_a_table(self, black_box):
        tuner = black_box(RandomSearchOracle("loss", max_trials=2), lambda hp: {"loss": parabola(hp), "size": 3})
        tuner.search()
        table = tuner.to_dataframe()
        assert list(table["trial"]) == [0, 1]
        assert list(table["size"]) == [3, 3]
        assert list(table["loss"]) == list(table["score"])
        assert set(table["x"]) == {trial.hyperparameters.values["x"] for trial in tuner.oracle.trials.values()}

    def test_a_table_of_nothing(self, black_box):
        assert len(black_box(RandomSearchOracle()).to_dataframe()) == 0
        assert black_box(RandomSearchOracle()).get_best_step() is None


def build(hp):
    hp.Choice("kind", ["dense", "conv"])
    with hp.conditional_scope("kind", ["conv"]):
        hp.Int("size", 2, 5)
    hp.Float("rate", 1e-4, 1e-2, sampling="log", default=1e-3)


class TestSummaries:
    """The facts are those that KerasTuner prints."""

    def facts(self, package, folder, capsys):
        class Tuner(package.engine.base_tuner.BaseTuner):
            def run_trial(self, trial, *args, **kwargs):
                return {"val_loss": 0.25}

        oracle = package.oracles.RandomSearchOracle("val_loss", max_trials=1, seed=3)
        tuner = Tuner(oracle, build, directory=folder, project_name=package.__name__)
        tuner.search_space_summary()
        space = capsys.readouterr().out.splitlines()
        tuner.search(verbose=0)
        tuner.results_summary()
        results = capsys.readouterr().out.splitlines()
        return space, results

    @pytest.mark.filterwarnings("ignore:(currentThread|getName)")
    def test_the_space_and_the_results(self, tmp_path, capsys):
        (space, results), (their_space, their_results) = (
            self.facts(package, tmp_path, capsys) for package in (kt, keras_tuner)
        )
        assert [line for line in space if not line.startswith("{")] == [
            line for line in their_space if not line.startswith("{")
        ]
        for line, theirs in zip(space, their_space, strict=True):
            if line.startswith("{"):
                mine, peer = ast.literal_eval(line), ast.literal_eval(theirs)
                default = peer["min_value"] if peer["default"] is None else peer["default"]
                assert mine == {**peer, "default": default}
        assert results[0] == their_results[0] == "Results summary"
        assert results[2:6] == their_results[2:6]
        assert [line.split(":")[0] for line in results[6:]][:2] == [line.split(":")[0] for line in their_results[6:]][
            :2
        ]
        assert results[-1] == their_results[-1] == "Score: 0.25"

    def test_conditions_in_words(self, black_box, capsys):
        tuner = black_box(RandomSearchOracle(), hypermodel=build)
        tuner.search_space_summary(extended=True)
        assert "  where kind in ['conv']" in capsys.readouterr().out
