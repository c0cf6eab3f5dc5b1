DROP TABLE upload_day;
DROP INDEX file_sha256;
DROP TABLE file_loose;
