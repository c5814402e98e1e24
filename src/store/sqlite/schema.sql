create table articles (
  id    integer primary key,
  url   text not null unique, -- of the page, and which one on it: /page/7#article-3
  title text not null
) strict;

create table pages ( -- what the last visit found
  id       integer primary key,
  url      text not null unique,
  title    text,
  headings text not null,     -- a JSON array
  links    integer not null,  -- how many
  error    text,              -- why there was no page
  seen_at  integer not null   -- milliseconds since 1970, UTC
) strict;

create table prices ( -- a row a price and visit: the history
  url         text not null,
  place       integer not null, -- which price on the page, from 1
  seen_at     integer not null, -- milliseconds since 1970, UTC
  price_cents integer not null,
  primary key (url, place, seen_at)
) strict, without rowid;
