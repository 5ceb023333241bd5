-- What `alembic upgrade head` (20250120_postgresql_compat) makes on PostgreSQL.
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num));
INSERT INTO alembic_version VALUES ('20250120_postgresql_compat');
CREATE TABLE resources (
  id UUID NOT NULL,
  title VARCHAR NOT NULL,
  description TEXT,
  creator VARCHAR,
  date_created TIMESTAMP WITH TIME ZONE,
  language VARCHAR(16),
  subject JSONB DEFAULT '[]' NOT NULL,
  relation JSONB DEFAULT '[]' NOT NULL,
  read_status VARCHAR NOT NULL,
  quality_score DOUBLE PRECISION NOT NULL,
  curation_status VARCHAR DEFAULT 'pending' NOT NULL,
  embedding JSONB,
  sparse_embedding JSONB,
  search_vector TSVECTOR,
  publication_year INTEGER,
  requires_manual_review BOOLEAN DEFAULT false NOT NULL,
  version INTEGER DEFAULT 1 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX idx_resources_subject ON resources USING gin (subject);
CREATE INDEX idx_resources_relation ON resources USING gin (relation);
CREATE INDEX idx_resources_search ON resources USING gin (search_vector);
CREATE FUNCTION resources_search_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search_vector :=
    setweight(to_tsvector('english', coalesce(NEW.title, '')), 'A') ||
    setweight(to_tsvector('english', coalesce(NEW.description, '')), 'B') ||
    setweight(to_tsvector('english', NEW.subject), 'C');
  RETURN NEW;
END
$$;
CREATE TRIGGER resources_search BEFORE INSERT OR UPDATE ON resources
  FOR EACH ROW EXECUTE FUNCTION resources_search_update();
CREATE TABLE collections (
  id UUID NOT NULL,
  name VARCHAR(255) NOT NULL,
  owner_id VARCHAR(255) NOT NULL,
  parent_id UUID,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(parent_id) REFERENCES collections (id) ON DELETE CASCADE
);
CREATE TABLE collection_resources (
  collection_id UUID NOT NULL,
  resource_id UUID NOT NULL,
  added_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (collection_id, resource_id),
  FOREIGN KEY(collection_id) REFERENCES collections (id) ON DELETE CASCADE,
  FOREIGN KEY(resource_id) REFERENCES resources (id) ON DELETE CASCADE
);
CREATE TABLE annotations (
  id UUID NOT NULL,
  resource_id UUID NOT NULL,
  user_id VARCHAR(255) NOT NULL,
  start_offset INTEGER NOT NULL,
  end_offset INTEGER NOT NULL,
  highlighted_text TEXT NOT NULL,
  note TEXT,
  tags JSONB,
  color VARCHAR(7) DEFAULT '#FFFF00' NOT NULL,
  is_shared INTEGER DEFAULT 0 NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
  PRIMARY KEY (id),
  FOREIGN KEY(resource_id) REFERENCES resources (id) ON DELETE CASCADE
);
