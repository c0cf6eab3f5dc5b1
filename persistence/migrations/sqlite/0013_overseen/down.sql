DROP INDEX orders_inbox;
DROP INDEX role_binding_role;
