-- name: LastChange :one
SELECT * FROM change_rows WHERE object = @object AND object_id = @object_id ORDER BY at DESC, id DESC LIMIT 1;

-- name: ExtendChange :execrows
UPDATE changes SET new_value = @new_value, at = @at WHERE id = @id;
