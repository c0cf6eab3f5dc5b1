UPDATE order_text SET search = split_part(search, chr(10), 1) WHERE position(chr(10) IN search) > 0;
DROP INDEX number_sequence_day;
