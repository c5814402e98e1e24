create table regatta_schema (version integer not null);

create table articles (
  id    bigint generated always as identity primary key,
  url   text not null unique, -- of the page, and which one on it: /page/7#article-3
  title text not null
);

create table pages ( -- what the last visit found
  id       bigint generated always as identity primary key,
  url      text not null unique,
  title    text,
  headings text not null,     -- a JSON array
  links    bigint not null,   -- how many
  error    text,              -- why there was no page
  seen_at  bigint not null    -- milliseconds since 1970, UTC
);

create table prices ( -- a row a price and visit: the history
  url         text not null,
  place       bigint not null, -- which price on the page, from 1
  seen_at     bigint not null, -- milliseconds since 1970, UTC
  price_cents bigint not null,
  primary key (url, place, seen_at)
);
