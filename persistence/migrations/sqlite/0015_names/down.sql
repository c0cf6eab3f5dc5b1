-- What is sealed cannot be opened here: the names of residents stay masked.
DROP INDEX account_name_told;
DROP INDEX account_name_open;
ALTER TABLE account DROP COLUMN name_sealed;
