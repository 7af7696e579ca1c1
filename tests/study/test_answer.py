import json

from layersmith.records import Interval, Score
from layersmith.study.answer import Answer, Baseline


def test_an_answer_survives_json(make_trial, make_training):
    score = Score(metric="auc", value=0.9, num_rows=100, interval=Interval(low=0.8, high=0.95), extra={"f1": 0.7})
    bare = Score(metric="auc", value=0.5, num_rows=100)
    answer = Answer(
        title="image MLP",
        source="a paper",
        winner=make_trial(4, 0.9, phase="final", trainings=(make_training(),)),
        found_by=1,
        refit=make_training(),
        test=score,
        baselines=(Baseline(name="a constant", score=bare), Baseline(name="boosting", score=score)),
        train_rows=400,
        num_trials=4,
        seconds=12.0,
        interrupted=True,
        versions={"keras": "3"},
        facts={"layers": [{"name": "dense"}]},
    )
    assert Answer.from_dict(json.loads(json.dumps(answer.to_dict()))) == answer


def test_the_answer_of_a_run_is_what_its_folder_says(finished):
    written = json.loads((finished.folder.path / "result.json").read_text())
    assert finished.answer.to_dict() == written
