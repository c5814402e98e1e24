//! Which exercises there are.

use std::time::Duration;

use super::{Exercise, Shape};

/// Reads the two files of an exercise.
macro_rules! fixture {
    ($id:literal, $file:literal) => {
        include_str!(concat!("../../fixtures/exercises/", $id, "/", $file))
    };
}

static ALL: [Exercise; 4] = [
    Exercise {
        id: "make-it-concurrent",
        title: "Make it concurrent",
        lesson: 5,
        task: fixture!("make-it-concurrent", "task.md"),
        driver: fixture!("make-it-concurrent", "driver.rs"),
        shape: Shape {
            pages: 30,
            in_flight: 10,
            latency: Duration::from_millis(200),
            stop_after: None,
        },
    },
    Exercise {
        id: "do-not-block-the-loop",
        title: "Do not block the loop",
        lesson: 6,
        task: fixture!("do-not-block-the-loop", "task.md"),
        driver: fixture!("do-not-block-the-loop", "driver.rs"),
        shape: Shape {
            pages: 30,
            in_flight: 10,
            latency: Duration::from_millis(200),
            stop_after: None,
        },
    },
    Exercise {
        id: "bound-it",
        title: "Bound it",
        lesson: 8,
        task: fixture!("bound-it", "task.md"),
        driver: fixture!("bound-it", "driver.rs"),
        shape: Shape {
            pages: 100,
            in_flight: 10,
            latency: Duration::from_millis(100),
            stop_after: None,
        },
    },
    Exercise {
        id: "stop-well",
        title: "Stop well",
        lesson: 12,
        task: fixture!("stop-well", "task.md"),
        driver: fixture!("stop-well", "driver.rs"),
        shape: Shape {
            pages: 60,
            in_flight: 10,
            latency: Duration::from_millis(400),
            stop_after: Some(Duration::from_millis(600)),
        },
    },
];

/// All exercises, in the order of their lessons.
pub fn all() -> &'static [Exercise] {
    &ALL
}

/// The exercise with this id.
pub fn named(id: &str) -> Option<&'static Exercise> {
    ALL.iter().find(|exercise| exercise.id == id)
}

/// The exercise of the lesson with this number.
pub fn for_lesson(number: u32) -> Option<&'static Exercise> {
    ALL.iter().find(|exercise| exercise.lesson == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_is_found_by_its_id_and_by_its_lesson() {
        for exercise in all() {
            assert_eq!(named(exercise.id).unwrap().id, exercise.id);
            assert_eq!(for_lesson(exercise.lesson).unwrap().id, exercise.id);
        }
        assert!(named("do-nothing").is_none() && for_lesson(1).is_none());
    }

    #[test]
    fn a_task_says_its_title_and_the_figures_that_it_is_played_with() {
        for Exercise {
            title, task, shape, ..
        } in all()
        {
            assert!(task.starts_with(&format!("# {title}\n")), "{title}");
            let latency = format!("{} ms", shape.latency.as_millis());
            let says = |figure: &str| task.contains(figure);
            assert!(says(&shape.pages.to_string()), "{title}: pages");
            assert!(
                says(&format!("{} in flight", shape.in_flight))
                    || says(&format!("{} are in flight", shape.in_flight)),
                "{title}"
            );
            if title != &"Bound it" {
                assert!(says(&latency), "{title}: {latency}");
            }
        }
    }
}
