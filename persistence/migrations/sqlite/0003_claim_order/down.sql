DROP INDEX claim_order;
