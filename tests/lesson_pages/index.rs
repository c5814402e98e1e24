//! The table of all lessons.

use regatta::teach::exercise;
use regatta::teach::lesson::Lesson;

use crate::stem;

/// A lesson a row.
pub(crate) fn table(lessons: &[Lesson]) -> String {
    let head = "| | lesson | minutes | misconceptions | exercise |\n|---|---|---|---|---|\n";
    head.to_owned() + &lessons.iter().map(row).collect::<String>()
}

fn row(lesson: &Lesson) -> String {
    let beliefs = { lesson.choices.iter() }.filter_map(|choice| choice.reveals.as_deref());
    let beliefs: Vec<String> = beliefs.map(|belief| format!("“{belief}”")).collect();
    let exercise = lesson.exercise.as_deref().and_then(exercise::named);
    let exercise = exercise.map_or(String::new(), |exercise| {
        let (title, id) = (exercise.title, exercise.id);
        format!("[{title}](../../fixtures/exercises/{id}/task.md)")
    });
    format!(
        "| {} | [{}]({}.md) | {} | {} | {exercise} |\n",
        lesson.label(),
        lesson.title,
        stem(lesson),
        lesson.minutes,
        beliefs.join("; ")
    )
}
