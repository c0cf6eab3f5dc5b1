UPDATE order_text SET search = substr(search, 1, instr(search, char(10)) - 1) WHERE instr(search, char(10)) > 0;
DROP INDEX number_sequence_day;
