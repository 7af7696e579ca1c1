import numpy as np
import pytest
from PIL import Image

from layersmith.data import Kind, encode, read
from layersmith.data.images import decode_images, image_files, read_image_folder

LIMIT = 10**7


def draw(path, *, size=(10, 12), mode="L", shade=100):
    path.parent.mkdir(parents=True, exist_ok=True)
    colour = shade if mode in ("L", "P") else (shade,) * len(mode)
    Image.new(mode, size, colour).save(path)


def classes(folder, names=("cat", "dog"), count=2, **options):
    for name in names:
        for i in range(count):
            draw(folder / name / f"{i}.png", **options)


def test_one_folder_per_class(tmp_path):
    classes(tmp_path)
    problem = read(tmp_path)
    assert problem.kind is Kind.IMAGE
    assert problem.classes == ("cat", "dog")
    assert problem.targets.tolist() == [0, 0, 1, 1]
    assert encode(problem, np.arange(4)).spec.shape == (12, 10, 1)
    assert problem.content.array.dtype == np.uint8
    assert problem.target_names == ("class",)


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".JPEG", ".bmp", ".gif"])
def test_formats(tmp_path, suffix):
    draw(tmp_path / "a" / f"0{suffix}", shade=128)
    draw(tmp_path / "b" / f"0{suffix}", shade=128)
    array = read_image_folder(tmp_path, max_bytes=LIMIT).x
    assert array.shape[:3] == (2, 12, 10)
    assert abs(int(array.mean()) - 128) <= 2


def test_one_colour_image_makes_all_of_them_colour(tmp_path):
    classes(tmp_path)
    draw(tmp_path / "dog" / "red.png", mode="RGB")
    assert read_image_folder(tmp_path, max_bytes=LIMIT).x.shape == (5, 12, 10, 3)


def test_transparency_is_dropped(tmp_path):
    classes(tmp_path, mode="RGBA")
    assert read_image_folder(tmp_path, max_bytes=LIMIT).x.shape[-1] == 3


def test_different_sizes_become_the_median(tmp_path):
    classes(tmp_path, count=3)
    draw(tmp_path / "dog" / "big.png", size=(60, 40))
    material = read_image_folder(tmp_path, max_bytes=LIMIT)
    assert material.x.shape[1:3] == (12, 10)
    assert "12×10 to 40×60, were resized to 12×10" in material.notes[0]


def test_large_images_are_capped(tmp_path):
    classes(tmp_path, size=(300, 200))
    material = read_image_folder(tmp_path, max_bytes=LIMIT)
    assert material.x.shape[1:3] == (128, 128)
    assert "resized" in material.notes[0]


def test_train_and_test_folders(tmp_path):
    for part in ("Train", "val", "test"):
        classes(tmp_path / part)
    problem = read(tmp_path)
    assert problem.num_rows == 12
    names = [file.parent.parent.name for file in image_files(tmp_path)]
    assert sorted(names) == ["Train"] * 4 + ["test"] * 4 + ["val"] * 4
    assert problem.holdout.tolist() == [4, 5, 6, 7]
    assert any("4 images of the test folder" in note for note in problem.notes)
    assert len(problem.excluded) == 8, "all images look alike, so the others are in the holdout too"


def test_classes_may_be_called_train(tmp_path):
    classes(tmp_path, names=("bus", "train"))
    assert read(tmp_path).classes == ("bus", "train")


def test_other_and_hidden_files_are_left_alone(tmp_path):
    classes(tmp_path)
    (tmp_path / "dog" / "notes.txt").write_text("hello")
    (tmp_path / ".cache").mkdir()
    assert read(tmp_path).num_rows == 4


def test_nested_class_folders(tmp_path):
    draw(tmp_path / "cat" / "tabby" / "0.png")
    draw(tmp_path / "cat" / "1.png")
    draw(tmp_path / "dog" / "0.png")
    draw(tmp_path / "dog" / "1.png")
    assert read(tmp_path).targets.tolist() == [0, 0, 1, 1]


def test_decoding_to_a_given_shape(tmp_path):
    draw(tmp_path / "a.png", mode="RGB", shade=30)
    array, notes = decode_images([tmp_path / "a.png"], shape=(5, 6, 1))
    assert array.shape == (1, 5, 6, 1)
    assert array.max() == array.min() == 30
    assert notes == ()
