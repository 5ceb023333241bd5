-- What `alembic upgrade head` makes on PostgreSQL of the models of these six tables; `vector` is pgvector's.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('005');
CREATE TABLE server (
  created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  id BIGSERIAL NOT NULL,
  uuid UUID NOT NULL,
  name VARCHAR NOT NULL,
  primary_url VARCHAR NOT NULL,
  host_type VARCHAR(6) NOT NULL,
  description TEXT,
  readme_content TEXT,
  keywords TEXT[],
  categories TEXT[],
  stars INTEGER NOT NULL,
  risk_level VARCHAR(8) NOT NULL,
  verified_source BOOLEAN NOT NULL,
  health_score INTEGER NOT NULL,
  last_indexed_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  search_vector TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', coalesce(description, '')), 'B') ||
    setweight(to_tsvector('english', coalesce(readme_content, '')), 'D')) STORED,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_server_primary_url ON server (primary_url);
CREATE INDEX idx_server_keywords ON server USING gin (keywords);
CREATE INDEX idx_server_search ON server USING gin (search_vector);
CREATE TABLE tool (
  created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  id BIGSERIAL NOT NULL,
  server_id BIGINT NOT NULL,
  name VARCHAR NOT NULL,
  description TEXT,
  input_schema JSONB,
  search_vector TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', coalesce(description, '')), 'B')) STORED,
  PRIMARY KEY (id),
  FOREIGN KEY(server_id) REFERENCES server (id)
);
CREATE INDEX idx_tool_server ON tool (server_id);
CREATE INDEX idx_tool_search ON tool USING gin (search_vector);
CREATE TABLE toolembedding (
  id BIGSERIAL NOT NULL,
  tool_id BIGINT NOT NULL,
  vector vector(16),
  model_name VARCHAR NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (tool_id),
  FOREIGN KEY(tool_id) REFERENCES tool (id)
);
CREATE TABLE dependency (
  created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  id BIGSERIAL NOT NULL,
  server_id BIGINT NOT NULL,
  library_name VARCHAR NOT NULL,
  version_constraint VARCHAR,
  ecosystem VARCHAR NOT NULL,
  type VARCHAR(7) NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(server_id) REFERENCES server (id)
);
CREATE TABLE release (
  created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  id BIGSERIAL NOT NULL,
  server_id BIGINT NOT NULL,
  version VARCHAR NOT NULL,
  changelog TEXT,
  published_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(server_id) REFERENCES server (id)
);
CREATE TABLE social_posts (
  created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  id BIGSERIAL NOT NULL,
  uuid UUID NOT NULL,
  platform VARCHAR(14) NOT NULL,
  post_id VARCHAR NOT NULL,
  url VARCHAR NOT NULL,
  title VARCHAR(500),
  content VARCHAR NOT NULL,
  author VARCHAR NOT NULL,
  score INTEGER NOT NULL,
  mentioned_servers BIGINT[],
  mentioned_urls TEXT[],
  platform_created_at TIMESTAMP WITHOUT TIME ZONE NOT NULL,
  is_deleted BOOLEAN NOT NULL,
  twitter_hashtags TEXT[],
  relevance_score DOUBLE PRECISION,
  PRIMARY KEY (id)
);
