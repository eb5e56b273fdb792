"""What Scrapy is given: address guard, robots.txt, limits, the crawl's open things, its ledger, its progress."""
