-- The tile of « Mon tableau de bord » behind which a procedure stands, as its definition says.
ALTER TABLE catalogue ADD COLUMN dashboard_tile text;

UPDATE catalogue c SET dashboard_tile = d.definition::json ->> 'dashboard_tile'
FROM definitions d WHERE d.slug = c.slug AND d.version = c.version;
