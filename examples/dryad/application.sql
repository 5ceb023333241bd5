-- What `alembic upgrade head` makes on PostgreSQL of the models behind the plan's tables. The init script has set the search_path.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('003_groves');
CREATE TABLE users (
  id VARCHAR NOT NULL,
  email VARCHAR(255) NOT NULL,
  name VARCHAR(255) NOT NULL,
  picture VARCHAR(500),
  email_verified BOOLEAN,
  roles JSON,
  permissions JSON,
  provider VARCHAR(50),
  provider_id VARCHAR(255),
  client_app_id VARCHAR(255),
  tenant_id VARCHAR(255),
  organization_id VARCHAR(255),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  last_login TIMESTAMP WITH TIME ZONE,
  is_active BOOLEAN,
  is_verified BOOLEAN,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_users_email ON users (email);
CREATE TABLE conversations (
  id VARCHAR NOT NULL,
  user_id VARCHAR NOT NULL REFERENCES users (id),
  title VARCHAR(255),
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  is_active BOOLEAN,
  PRIMARY KEY (id)
);
CREATE INDEX ix_conversations_user_id ON conversations (user_id);
CREATE TABLE messages (
  id VARCHAR NOT NULL,
  conversation_id VARCHAR NOT NULL REFERENCES conversations (id),
  role VARCHAR(50) NOT NULL,
  content TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  tool_calls TEXT,
  extra_data TEXT,
  PRIMARY KEY (id)
);
CREATE TABLE documents (
  id VARCHAR NOT NULL,
  user_id VARCHAR NOT NULL REFERENCES users (id),
  title VARCHAR(500) NOT NULL,
  content TEXT NOT NULL,
  content_type VARCHAR(100),
  file_path VARCHAR(1000),
  file_size INTEGER,
  vector_id VARCHAR,
  embedding_model VARCHAR(200),
  doc_metadata JSON,
  tags JSON,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  is_active BOOLEAN,
  PRIMARY KEY (id)
);
CREATE TABLE document_chunks (
  id VARCHAR NOT NULL,
  document_id VARCHAR NOT NULL REFERENCES documents (id),
  content TEXT NOT NULL,
  chunk_index INTEGER NOT NULL,
  chunk_size INTEGER NOT NULL,
  vector_id VARCHAR,
  embedding_model VARCHAR(200),
  start_position INTEGER,
  end_position INTEGER,
  chunk_metadata JSON,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now(),
  PRIMARY KEY (id)
);
CREATE TABLE memory_users (
  id VARCHAR(36) NOT NULL,
  email VARCHAR(255) NOT NULL,
  name VARCHAR(255),
  hashed_password VARCHAR(255) NOT NULL,
  is_active BOOLEAN NOT NULL,
  is_superuser BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_memory_users_email ON memory_users (email);
CREATE TABLE groves (
  id VARCHAR(36) NOT NULL,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  is_favorite BOOLEAN NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE branches (
  id VARCHAR(36) NOT NULL,
  name VARCHAR(255) NOT NULL,
  description TEXT,
  status VARCHAR(50) NOT NULL,
  grove_id VARCHAR(36) NOT NULL REFERENCES groves (id) ON DELETE CASCADE,
  parent_id VARCHAR(36) REFERENCES branches (id) ON DELETE SET NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (id)
);
CREATE TABLE vessels (
  id VARCHAR(36) NOT NULL,
  branch_id VARCHAR(36) NOT NULL UNIQUE REFERENCES branches (id) ON DELETE CASCADE,
  storage_path VARCHAR(500),
  file_manifest JSON NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (id)
);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.updated_at = now(); RETURN NEW; END';
CREATE TRIGGER groves_touch BEFORE UPDATE ON groves FOR EACH ROW EXECUTE FUNCTION touch();
CREATE TRIGGER branches_touch BEFORE UPDATE ON branches FOR EACH ROW EXECUTE FUNCTION touch();
