//! The exercises.

use std::time::Duration;

use super::{Exercise, Requirements};

/// Reads the two files of an exercise.
macro_rules! fixture {
    ($id:literal, $file:literal) => {
        include_str!(concat!("../../../fixtures/exercises/", $id, "/", $file))
    };
}

static ALL: [Exercise; 4] = [
    Exercise {
        id: "make-it-concurrent",
        title: "Make it concurrent",
        lesson: 5,
        task: fixture!("make-it-concurrent", "task.md"),
        driver: fixture!("make-it-concurrent", "driver.rs"),
        requirements: Requirements {
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
        requirements: Requirements {
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
        requirements: Requirements {
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
        requirements: Requirements {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exercise_is_found_by_its_id() {
        for exercise in all() {
            assert_eq!(named(exercise.id).unwrap().title, exercise.title);
        }
        assert!(named("do-nothing").is_none());
    }

    #[test]
    fn a_task_has_its_title_and_the_numbers_of_its_scenario() {
        for exercise in all() {
            let Exercise {
                title,
                task,
                requirements,
                ..
            } = exercise;
            assert!(task.starts_with(&format!("# {title}\n")), "{title}");
            let mut numbers = vec![
                requirements.pages.to_string(),
                format!("{} ms", requirements.latency.as_millis()),
                format!("{} are reached", requirements.in_flight),
                "never more".to_owned(),
            ];
            let stop = requirements.stop_after.map(|after| after.as_millis());
            numbers.extend(stop.map(|after_ms| format!("After {after_ms} ms")));
            for number in numbers {
                assert!(task.contains(&number), "{title}: {number}");
            }
        }
    }
}
