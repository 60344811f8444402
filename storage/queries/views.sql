-- Who finds a view says access.SeesView.
-- name: ListViews :many
SELECT sqlc.embed(v), u.name AS owner_name FROM list_views v CROSS JOIN users u
WHERE u.id = v.owner_id AND (v.audience IN (CAST(@own AS TEXT), CAST(@team AS TEXT), 'all') OR CAST(@teams AS BOOLEAN) AND v.audience LIKE 'team %')
ORDER BY v.list, v.folded, v.id;

-- name: GetView :one
SELECT sqlc.embed(v), u.name AS owner_name FROM list_views v CROSS JOIN users u WHERE v.id = $1 AND u.id = v.owner_id;

-- name: CountViews :one
SELECT COUNT(*) FROM list_views WHERE owner_id = $1;

-- name: InsertView :execrows
INSERT INTO list_views (id, list, audience, folded, name, query, owner_id, updated, version)
VALUES (@id, @list, @audience, @folded, @name, @query, @owner_id, @updated, 1) ON CONFLICT DO NOTHING;

-- name: ViewNamed :one
SELECT id FROM list_views WHERE audience = @audience AND list = @list AND folded = @folded;

-- Changes no row when the view changed since it was read.
-- name: UpdateView :execrows
UPDATE list_views SET audience = @audience, folded = @folded, name = @name, query = @query, updated = @updated, version = version + 1
WHERE id = @id AND version = @version;

-- name: DeleteView :execrows
DELETE FROM list_views WHERE id = $1;
