//! The pictures of a page: one of each run, as files beside it.

use regatta::teach::lesson::show::Picture;

use crate::Told;
use crate::stem;

/// Their names and their contents.
pub(crate) fn of(told: &Told) -> Vec<(String, String)> {
    let pictures = Picture::all(&told.recording).into_iter();
    let named = pictures.enumerate().map(|(place, picture)| {
        let name = format!("{}-{}.svg", stem(&told.lesson), place + 1);
        (name, picture.svg())
    });
    named.collect()
}

/// The alternative text of a picture: its title and the first sentence of its
/// description.
pub(crate) fn in_words(svg: &str) -> String {
    let (title, description) = (element(svg, "title"), element(svg, "desc"));
    let sentence = description.split_once(". ").map_or("", |(first, _)| first);
    format!("{title}: {sentence}")
}

fn element<'a>(svg: &'a str, name: &str) -> &'a str {
    let begin = format!("<{name} id=\"{name}\">");
    let (_, rest) = svg.split_once(&begin).expect("every picture has one");
    rest.split_once("</").expect("it ends").0
}
