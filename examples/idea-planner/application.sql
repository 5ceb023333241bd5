-- What `Base.metadata.create_all(engine)` makes on PostgreSQL of the models in app/database.py.
CREATE TYPE analysis_mode AS ENUM
  ('EVALUATION', 'BUSINESS_PLAN', 'MARKETING', 'EXECUTION', 'WEBSITE', 'REPORT_1', 'WHY_NOW', 'MARKET_GAP', 'EVIDENCE');
CREATE TYPE analysis_status AS ENUM ('QUEUED', 'RUNNING', 'DONE', 'FAILED');
CREATE TABLE users (
  id BIGSERIAL NOT NULL,
  uuid UUID DEFAULT gen_random_uuid() NOT NULL,
  telegram_id VARCHAR NOT NULL,
  username VARCHAR,
  first_name VARCHAR,
  last_name VARCHAR,
  language_code VARCHAR,
  created_at TIMESTAMP WITHOUT TIME ZONE,
  PRIMARY KEY (id),
  UNIQUE (uuid)
);
CREATE UNIQUE INDEX ix_users_telegram_id ON users (telegram_id);
CREATE TABLE ideas (
  id BIGSERIAL NOT NULL,
  user_id BIGINT NOT NULL,
  text TEXT NOT NULL,
  mode analysis_mode DEFAULT 'EVALUATION',
  created_at TIMESTAMP WITHOUT TIME ZONE,
  PRIMARY KEY (id),
  FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE INDEX idx_ideas_user_id ON ideas (user_id);
CREATE TABLE analyses (
  id BIGSERIAL NOT NULL,
  idea_id BIGINT NOT NULL,
  user_id BIGINT NOT NULL,
  status analysis_status DEFAULT 'QUEUED',
  report TEXT,
  created_at TIMESTAMP WITHOUT TIME ZONE,
  updated_at TIMESTAMP WITHOUT TIME ZONE,
  PRIMARY KEY (id),
  FOREIGN KEY(idea_id) REFERENCES ideas (id),
  FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE INDEX idx_analyses_status ON analyses (status);
CREATE INDEX idx_analyses_user_id ON analyses (user_id);
CREATE INDEX idx_analyses_idea_id ON analyses (idea_id);
