-- What `alembic upgrade head` makes on PostgreSQL of the models of the six tables in the plan.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('202511150001');
CREATE TABLE users (
  id SERIAL NOT NULL,
  username VARCHAR NOT NULL,
  email VARCHAR NOT NULL,
  full_name VARCHAR,
  hashed_password VARCHAR NOT NULL,
  is_active BOOLEAN,
  is_superuser BOOLEAN DEFAULT false NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE,
  last_login TIMESTAMP WITH TIME ZONE,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE UNIQUE INDEX ix_users_username ON users (username);
CREATE TABLE collections (
  id VARCHAR NOT NULL,
  name VARCHAR NOT NULL,
  description TEXT,
  owner_id INTEGER NOT NULL,
  embedding_model VARCHAR NOT NULL,
  chunk_size INTEGER NOT NULL,
  chunk_overlap INTEGER NOT NULL,
  is_public BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  meta JSONB,
  status VARCHAR(10) NOT NULL,
  document_count INTEGER NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(owner_id) REFERENCES users (id)
);
CREATE INDEX idx_collections_meta ON collections USING gin (meta jsonb_path_ops);
CREATE TABLE operations (
  id SERIAL NOT NULL,
  uuid VARCHAR NOT NULL,
  collection_id VARCHAR NOT NULL,
  user_id INTEGER NOT NULL,
  type VARCHAR(16) NOT NULL,
  status VARCHAR(10) NOT NULL,
  task_id VARCHAR,
  config JSONB NOT NULL,
  error_message TEXT,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  started_at TIMESTAMP WITH TIME ZONE,
  completed_at TIMESTAMP WITH TIME ZONE,
  meta JSONB,
  PRIMARY KEY (id),
  UNIQUE (uuid),
  FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE,
  FOREIGN KEY(user_id) REFERENCES users (id)
);
CREATE INDEX ix_operations_status ON operations (status);
CREATE TABLE api_keys (
  id VARCHAR NOT NULL,
  user_id INTEGER NOT NULL,
  name VARCHAR NOT NULL,
  key_hash VARCHAR NOT NULL,
  permissions JSONB,
  last_used_at TIMESTAMP WITH TIME ZONE,
  expires_at TIMESTAMP WITH TIME ZONE,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  is_active BOOLEAN NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ix_api_keys_key_hash ON api_keys (key_hash);
CREATE TABLE documents (
  id VARCHAR NOT NULL,
  collection_id VARCHAR NOT NULL,
  file_path VARCHAR NOT NULL,
  file_name VARCHAR NOT NULL,
  file_size BIGINT NOT NULL,
  mime_type VARCHAR,
  content_hash VARCHAR NOT NULL,
  status VARCHAR(10) NOT NULL,
  error_message TEXT,
  chunk_count INTEGER NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE NOT NULL,
  meta JSONB,
  uri VARCHAR,
  search_vector TSVECTOR GENERATED ALWAYS AS (
    setweight(to_tsvector('simple', file_name), 'A') || setweight(to_tsvector('simple', file_path), 'B')) STORED,
  PRIMARY KEY (id),
  FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX ix_documents_collection_content_hash ON documents (collection_id, content_hash);
CREATE INDEX ix_documents_status ON documents (status);
CREATE INDEX ix_documents_search ON documents USING gin (search_vector);
CREATE TABLE chunks (
  id BIGSERIAL NOT NULL,
  collection_id VARCHAR NOT NULL,
  document_id VARCHAR NOT NULL,
  chunk_index INTEGER NOT NULL,
  content TEXT NOT NULL,
  token_count INTEGER,
  meta JSONB,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  PRIMARY KEY (id, collection_id),
  FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE,
  FOREIGN KEY(document_id) REFERENCES documents (id) ON DELETE CASCADE
) PARTITION BY HASH (collection_id);
CREATE TABLE chunks_0 PARTITION OF chunks FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE chunks_1 PARTITION OF chunks FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE chunks_2 PARTITION OF chunks FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE chunks_3 PARTITION OF chunks FOR VALUES WITH (MODULUS 4, REMAINDER 3);
CREATE INDEX ix_chunks_document ON chunks (document_id, chunk_index);
